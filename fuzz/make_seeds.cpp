// Writes the seed corpora of the fuzz targets, most of them from tests/vectors.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace {

namespace fs = std::filesystem;

std::string unhex(const std::string& text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    return bytes;
}

/// The seeds of one target, one file each.
class Seeds {
public:
    explicit Seeds(fs::path folder) : folder_(std::move(folder)) {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    void add(const std::string& name, const std::string& input) {
        std::ofstream out{folder_ / name, std::ios::binary};
        out << input;
        if (!out.flush()) throw std::runtime_error{"cannot write " + (folder_ / name).string()};
    }

private:
    fs::path folder_;
};

/// The frame with a body length one below what framing extras, extras and key take; nothing when they take nothing.
std::string with_lying_body(std::string bytes, const nlohmann::json& decoded) {
    const unsigned sections = decoded.at("framing_extras_len").get<unsigned>() +
                              decoded.at("extras_len").get<unsigned>() +
                              decoded.at("key_len").get<unsigned>();
    if (sections == 0) return {};
    bytes[10] = static_cast<char>((sections - 1) >> 8);
    bytes[11] = static_cast<char>(sections - 1);
    return bytes;
}

nlohmann::json read_json(const fs::path& file) {
    std::ifstream in{file};
    return nlohmann::json::parse(in);
}

void make_text_seeds(const nlohmann::json& vectors, const fs::path& folder) {
    Seeds strings{folder / "fuzz_connection_string"};
    Seeds client{folder / "fuzz_sasl_client"};
    Seeds server{folder / "fuzz_scram_server"};
    int number = 0;
    for (const auto& v : vectors.at("connection_strings"))
        strings.add(std::to_string(number++), v.at("input").get<std::string>());
    char mechanism = 2;
    for (const auto& [name, v] : vectors.at("scram").items()) {
        const std::string first = v.at("server_first");
        // The nonce that the harness's client will find extended, and its like at the server's end.
        const std::string extended = "r=nonce" + first.substr(2);
        client.add(name, mechanism + extended + "\n" + v.at("server_final").get<std::string>());
        server.add(name, static_cast<char>(mechanism - 2) + v.at("client_first").get<std::string>() + "\n" +
                             v.at("client_final").get<std::string>());
        server.add(name + ".nonce", static_cast<char>(mechanism - 2) + std::string{"n,,n=user,r=nonce\n"} +
                                        "c=biws,r=nonceserver,p=" + std::string(40, 'A'));
        ++mechanism;
    }
    for (const auto& v : vectors.at("cram_md5"))
        client.add("cram_md5." + v.at("username").get<std::string>(),
                   '\1' + v.at("challenge").get<std::string>() + '\n');
    client.add("plain", std::string(1, '\0'));
}

/// Each request of the vectors to a node that knows the client, in pieces of 24 bytes, and to one that does not.
void make_node_seeds(const nlohmann::json& vectors, const fs::path& folder) {
    Seeds seeds{folder / "fuzz_cluster_kv"};
    for (const auto& v : vectors.at("vectors")) {
        if (v.at("direction") != "c2s") continue;
        const auto name = v.at("name").get<std::string>();
        const std::string bytes = unhex(v.at("hex").get<std::string>());
        seeds.add(name, '\x17' + bytes);
        seeds.add(name + "_with_features", '\x57' + bytes);
        seeds.add(name + "_by_a_stranger", '\x97' + bytes);
    }
}

/// Requests as clients of the development cluster's REST port send them, five bytes at a time.
void make_http_seeds(const fs::path& folder) {
    Seeds seeds{folder / "fuzz_cluster_http"};
    // Administrator:password
    const std::string rest =
        " HTTP/1.1\r\nHost: h\r\nAuthorization: Basic QWRtaW5pc3RyYXRvcjpwYXNzd29yZA==\r\n";
    const std::string form = "Content-Length: 6\r\n\r\nname=a";
    const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n6\r\nname=a\r\n0\r\n\r\n";
    std::string all;
    int number = 0;
    const auto add = [&](const std::string& request) {
        seeds.add(std::to_string(number++), '\4' + request);
        all += request;
    };
    for (const char* const path :
         {"pools", "pools/default", "pools/default/b/default", "pools/default/buckets", "settings/rbac/users",
          "nope", "pools/default/buckets/default?bucket_uuid=b"})
        add("GET /" + std::string{path} + rest + "\r\n");
    add("POST /pools/default/buckets" + rest + form);
    add("POST /pools/default/buckets" + rest + "Expect: 100-continue\r\n" + form);
    add("PUT /settings/rbac/users/local/x%20y" + rest + chunked);
    add("HEAD /pools" + rest + "Connection: close\r\n\r\n");
    add("GET /pools/default/bs/default" + rest + "\r\n");
    seeds.add("all", '\4' + all);
}

/// Answers of servers, and of what is none, three bytes at a time.
void make_http_answer_seeds(const fs::path& folder) {
    Seeds seeds{folder / "fuzz_http"};
    const std::string ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n";
    int number = 0;
    for (const std::string& answer :
         {ok + "Content-Length: 2\r\n\r\n{}", ok + "\r\n{}",
          ok + chunked + "2;a=\"b\"\r\n{}\r\n4\r\n\n\n\n\n\r\n",
          ok + chunked + "1\r\n1\r\n0;x\r\nTrailer: y\r\n\r\nmore",
          std::string{"HTTP/1.1 404 Object Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"},
          "HTTP/1.1 100 Continue\r\n\r\n" + ok + "Transfer-Encoding: gzip\r\n\r\n",
          std::string{"HTTP/1.0 302 Found\r\nLocation: http://h:1/\r\nX: a\r\n b\r\n\r\n"},
          std::string{"HTTP/1.1 204 No Content\r\n\r\n"}, std::string{"ERROR\r\n"},
          std::string{"\x15\x03\x03\0\2\2\x46", 7}})
        seeds.add(std::to_string(number++), '\2' + answer);
}

/// Answers for _couchbase._tcp.a: one host, none, an alias, and a pointer to itself.
void make_dns_seeds(const fs::path& folder) {
    Seeds answers{folder / "fuzz_dns_message"};
    const std::string question = "0a5f636f75636862617365045f74637001610000210001";
    const std::string record = "c00c002100010000003c";
    answers.add("one", unhex("123481800001000100000000" + question + record + "0009000000002bca016e00"));
    answers.add("none", unhex("123481830001000000000000" + question));
    answers.add("alias", unhex("123481800001000200000000" + question + "c00c000500010000003c0003017800" +
                               "c02f002100010000003c0009000000002bca016e00"));
    answers.add("circle", unhex("123481800001000100000000" + question + record + "0008000000002bcac035"));
}

/// Answers to view queries, 24 bytes at a time; then cut, with a bad row and without an end.
void make_view_seeds(const fs::path& folder) {
    Seeds rows{folder / "fuzz_view_rows"};
    int number = 0;
    for (const std::string& answer :
         {std::string{
              "{\"total_rows\":3,\"rows\":[\r\n{\"id\":\"doc1\",\"key\":[\"a\",1],\"value\":null},\r\n"
              "{\"id\":\"doc2\",\"key\":\"b\",\"value\":{\"x\":1}}\r\n]\r\n}\n"},
          std::string{"{\"rows\":[{\"key\":null,\"value\":42}]}"},
          std::string{"{\"debug_info\":{\"local\":{\"seqs\":{\"0000\":1}}},\"total_rows\":1,\"rows\":[{"
                      "\"id\":\"\\\"}\\\\\"}],"
                      "\"errors\":[{\"from\":\"local\",\"reason\":\"req_timedout\"}]}"},
          std::string{"{\"error\":\"not_found\",\"reason\":\"missing\"}"},
          std::string{"{\"rows\":[{\"id\":\"a\",\"key\":[}]},{\"id\":1,\"id\":2}],\"rows\":[]}"},
          std::string{
              "{\"rows\":[{\"a\":[[[[[[[[]]]]]]]]},{}], \"x\" : [1, -2.5e3, true, \"\\u00e9\"] } "}}) {
        rows.add(std::to_string(number), "\x17\xff" + answer);
        rows.add(std::to_string(number) + ".cut", "\x02\xff" + answer.substr(0, answer.size() * 2 / 3));
        rows.add(std::to_string(number) + ".small", std::string{"\x40\x01", 2} + answer);
        ++number;
    }
    Seeds queries{folder / "fuzz_view_query"};
    const std::string all =
        "limit=10\nskip=-1\ndescending=true\nstale=ok\non_error=stop\nstartkey=[\"a\",1]\nendkey={\"b\":null}"
        "\n"
        "keys=[1,2]\nstartkey_docid=a b\nmapkey_range=[1,2]\ndockey_range=[\"\\u0041\"]\nfoo=bar%20\nready\n";
    for (const char mode : {'\0', '\1', '\2', '\4', '\6'}) {
        queries.add("all" + std::to_string(mode), mode + all);
        queries.add("long" + std::to_string(mode), mode + ("keys=[" + std::string(3000, '1') + "]\nname"));
        queries.add("split" + std::to_string(mode), mode + std::string{"key=a\r\nHost: b#c\nx y=1\n..\n"});
    }
}

void make_seeds(const fs::path& vectors, const fs::path& folder) {
    Seeds reader{folder / "fuzz_frame_reader"};
    Seeds framing{folder / "fuzz_framing_extras"};
    Seeds checks{folder / "fuzz_frame_checks"};
    Seeds errors{folder / "fuzz_error_body"};
    Seeds snappy{folder / "fuzz_snappy"};
    std::string all;
    const nlohmann::json frames = read_json(vectors / "vectors.json").at("vectors");
    for (const auto& v : frames) {
        const std::string name = v.at("name");
        const std::string bytes = unhex(v.at("hex"));
        const std::size_t framing_size = v.at("decoded").at("framing_extras_len");
        all += bytes;
        // Receiver::any, 4 bytes at a time, the largest limit; then a cut, a body that is said to be 4 GiB, one
        // that is a byte too short for its sections, and a limit just below the frame.
        reader.add(name, "\x0b\xff" + bytes);
        reader.add(name + ".cut", "\x02\xff" + bytes.substr(0, bytes.size() - 1));
        reader.add(name + ".huge", "\x05\xff" + bytes.substr(0, 8) + "\xff\xff\xff\xff" + bytes.substr(12));
        if (const std::string lie = with_lying_body(bytes, v.at("decoded")); !lie.empty())
            reader.add(name + ".lie", "\x02\xff" + lie);
        reader.add(name + ".over", std::string{"\x02"} + static_cast<char>((bytes.size() - 1) / 16) + bytes);
        checks.add(name, std::string(1, '\0') + bytes);
        if ((v.at("decoded").at("datatype").get<unsigned>() & 2) != 0)
            snappy.add(name, unhex(v.at("decoded").at("value_hex")));
        if (v.at("decoded").value("status", "0x0000") != "0x0000")
            errors.add(name, unhex(v.at("decoded").at("value_hex")));
        if (framing_size > 0) framing.add(name, bytes.substr(24, framing_size));
        if (framing_size > 1) framing.add(name + ".cut", bytes.substr(24, framing_size - 1));
    }
    reader.add("all", "\xfe\xff" + all);
    checks.add("all", "\x04" + all);
    make_text_seeds(read_json(vectors / "aux_vectors.json"), folder);
    make_http_seeds(folder);
    make_http_answer_seeds(folder);
    make_dns_seeds(folder);
    make_view_seeds(folder);
    make_node_seeds(read_json(vectors / "vectors.json"), folder);
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 3) {
        std::fputs("usage: txcb-make-seeds <folder of vectors> <folder>\n", stderr);
        return 64;
    }
    make_seeds(argv[1], argv[2]);
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "txcb-make-seeds: %s\n", e.what());
    return 1;
}
