// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/sasl_database.hpp"

#include <dlfcn.h>

#include <cstring>
#include <fstream>
#include <stdexcept>

namespace txcouchbase::test {
namespace {

namespace fs = std::filesystem;

// What of <sasl/sasl.h> is needed, which only a development package would bring.
using GetOption = int (*)(void* context, const char* plugin, const char* option, const char** result,
                          unsigned* length);
struct SaslCallback {
    unsigned long id;
    GetOption function;
    void* context;
};
constexpr unsigned long getopt_callback = 1;
constexpr int sasl_ok = 0;
constexpr int sasl_fail = -1;
constexpr unsigned create_user = 1;

int get_option(void* context, const char*, const char* option, const char** result, unsigned* length) {
    const auto answer = [&](const char* text) {
        *result = text;
        if (length != nullptr) *length = static_cast<unsigned>(std::strlen(text));
        return sasl_ok;
    };
    if (std::strcmp(option, "sasldb_path") == 0)
        return answer(static_cast<const std::string*>(context)->c_str());
    if (std::strcmp(option, "auxprop_plugin") == 0) return answer("sasldb");
    return sasl_fail;
}

/// libsasl2, which memcached itself is linked with, so that it is there when memcached is.
class Library {
public:
    Library() : handle_(::dlopen("libsasl2.so.2", RTLD_NOW)) {
        if (handle_ == nullptr) throw std::runtime_error("libsasl2 is not there");
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    ~Library() { ::dlclose(handle_); }

    template <class Function>
    Function* find(const char* name) const {
        return reinterpret_cast<Function*>(::dlsym(handle_, name));
    }

private:
    void* handle_;
};

void make_user(std::string database, const std::string& user, const std::string& password) {
    const Library sasl;
    const SaslCallback callbacks[] = {{getopt_callback, get_option, &database}, {0, nullptr, nullptr}};
    void* connection = nullptr;
    const bool is_made =
        sasl.find<int(const SaslCallback*, const char*)>("sasl_server_init")(callbacks, "memcached") ==
            sasl_ok &&
        sasl.find<int(const char*, const char*, const char*, const char*, const char*, const SaslCallback*,
                      unsigned, void**)>("sasl_server_new")("memcached", "localhost", "localhost", nullptr,
                                                            nullptr, nullptr, 0, &connection) == sasl_ok &&
        sasl.find<int(void*, const char*, const char*, unsigned, const char*, unsigned, unsigned)>(
            "sasl_setpass")(connection, user.c_str(), password.c_str(),
                            static_cast<unsigned>(password.size()), nullptr, 0, create_user) == sasl_ok;
    if (connection != nullptr) sasl.find<void(void**)>("sasl_dispose")(&connection);
    sasl.find<void()>("sasl_done")();
    if (!is_made) throw std::runtime_error("libsasl2 makes no user");
}

}  // namespace

SaslDatabase::SaslDatabase(const std::string& user, const std::string& password,
                           const std::string& mechanisms) {
    const fs::path database = folder_.path() / "sasldb";
    make_user(database.string(), user, password);
    std::ofstream{folder_.path() / "memcached.conf"}
        << "mech_list: " << mechanisms
        << "\npwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: " << database.string() << '\n';
    // Where the test runs as root memcached does not.
    fs::permissions(database, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
    fs::permissions(folder_.path(), fs::perms::all);
}

MemcachedSetup SaslDatabase::setup() const {
    return {.arguments = {"-S"}, .environment = {"SASL_CONF_PATH=" + folder_.path().string()}};
}

}  // namespace txcouchbase::test
