// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/message_bytes.hpp"

#include "protocol/append.hpp"
#include "protocol/byte_cursor.hpp"
#include "tests/cluster/state_json.hpp"

namespace txcouchbase::cluster {

namespace {

using protocol::ByteCursor;

/// Appends members; `put` and `get` below name every member once each, in the same order.
class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    template <class Number>
    requires std::is_integral_v<Number> Writer& operator<<(Number number) {
        if constexpr (std::is_same_v<Number, bool>)
            out_.push_back(number ? '\1' : '\0');
        else
            protocol::append_number(out_, number);
        return *this;
    }
    Writer& operator<<(ByteView bytes) {
        *this << static_cast<std::uint32_t>(bytes.size());
        out_.append(bytes);
        return *this;
    }
    Writer& operator<<(const std::string& bytes) { return *this << ByteView(bytes); }
    Writer& operator<<(const VbucketName& name) { return *this << name.bucket_uuid << name.vbucket; }
    Writer& operator<<(const MutationToken& token) { return *this << token.vbucket_uuid << token.seqno; }
    Writer& operator<<(const DocumentPtr& document) {
        const DocumentFields fields = document->fields();
        return *this << fields.key << fields.value << fields.flags << fields.expiry
                     << static_cast<std::uint8_t>(fields.datatype) << fields.is_deleted << fields.cas
                     << fields.seqno << fields.revision;
    }
    Writer& operator<<(const StatePtr& state) { return *this << to_json_text(*state); }
    template <class T>
    Writer& operator<<(const std::vector<T>& list) {
        *this << static_cast<std::uint32_t>(list.size());
        for (const T& each : list) *this << each;
        return *this;
    }

private:
    std::string& out_;
};

class Reader {
public:
    explicit Reader(ByteView bytes) : in_(bytes) {}

    bool is_good() const { return wrong_.empty(); }
    bool at_end() const { return in_.at_end(); }
    const std::string& wrong() const { return wrong_; }
    void refuse(std::string words) {
        if (is_good()) wrong_ = std::move(words);
    }

    template <class Number>
    requires std::is_integral_v<Number> Reader& operator>>(Number& number) {
        if constexpr (std::is_same_v<Number, bool>) {
            std::uint8_t byte = 0;
            *this >> byte;
            if (byte > 1) refuse("a truth value that is neither 0 nor 1");
            number = byte == 1;
        } else if (is_good() && !in_.number(number)) {
            refuse("it ends in a number");
        }
        return *this;
    }
    Reader& operator>>(ByteView& bytes) {
        std::uint32_t size = 0;
        *this >> size;
        if (is_good() && !in_.bytes(size, bytes)) refuse("it ends in a string");
        return *this;
    }
    Reader& operator>>(std::string& text) {
        ByteView bytes;
        *this >> bytes;
        text = bytes;
        return *this;
    }
    Reader& operator>>(VbucketName& name) { return *this >> name.bucket_uuid >> name.vbucket; }
    Reader& operator>>(MutationToken& token) { return *this >> token.vbucket_uuid >> token.seqno; }
    Reader& operator>>(DocumentPtr& document) {
        DocumentFields fields;
        std::uint8_t datatype = 0;
        *this >> fields.key >> fields.value >> fields.flags >> fields.expiry >> datatype >>
            fields.is_deleted >> fields.cas >> fields.seqno >> fields.revision;
        if (fields.key.size() > 0xffff) refuse("a key over 65535 bytes");
        fields.datatype = static_cast<protocol::Datatype>(datatype);
        if (is_good()) document = make_document(fields);
        return *this;
    }
    Reader& operator>>(StatePtr& state) {
        ByteView json;
        *this >> json;
        if (!is_good()) return *this;
        std::variant<ClusterState, std::string> read = read_state(json);
        if (auto* good = std::get_if<ClusterState>(&read))
            state = std::make_shared<const ClusterState>(std::move(*good));
        else
            refuse(std::get<std::string>(read));
        return *this;
    }
    template <class T>
    Reader& operator>>(std::vector<T>& list) {
        std::uint32_t size = 0;
        *this >> size;
        while (size-- != 0 && is_good()) *this >> list.emplace_back();
        return *this;
    }

private:
    ByteCursor in_;
    std::string wrong_;
};

void put(Writer& out, const NewState& m) {
    out << m.state;
}
void get(Reader& in, NewState& m) {
    in >> m.state;
}
void put(Writer& out, const HandOver& m) {
    out << m.name << m.to;
}
void get(Reader& in, HandOver& m) {
    in >> m.name >> m.to;
}
void put(Writer& out, const FlushBucket& m) {
    out << m.bucket_uuid;
}
void get(Reader& in, FlushBucket& m) {
    in >> m.bucket_uuid;
}
void put(Writer& out, const NodeControl& m) {
    out << m.json;
}
void get(Reader& in, NodeControl& m) {
    in >> m.json;
}
void put(Writer& out, const StreamRequest& m) {
    out << m.name << m.from << m.is_opening << m.serial;
}
void get(Reader& in, StreamRequest& m) {
    in >> m.name >> m.from >> m.is_opening >> m.serial;
}
void put(Writer& out, const StreamRollback& m) {
    out << m.name;
}
void get(Reader& in, StreamRollback& m) {
    in >> m.name;
}
void put(Writer& out, const StreamChanges& m) {
    out << m.name << m.failover_log << m.after << m.documents << m.high_seqno;
}
void get(Reader& in, StreamChanges& m) {
    in >> m.name >> m.failover_log >> m.after >> m.documents >> m.high_seqno;
    if (m.failover_log.empty()) in.refuse("a history without an entry");
}
void put(Writer& out, const TakeOver& m) {
    out << m.name << m.failover_log << m.serial;
}
void get(Reader& in, TakeOver& m) {
    in >> m.name >> m.failover_log >> m.serial;
    if (m.failover_log.empty()) in.refuse("a history without an entry");
}
void put(Writer& out, const CaughtUp& m) {
    out << m.name << m.serial;
}
void get(Reader& in, CaughtUp& m) {
    in >> m.name >> m.serial;
}
void put(Writer& out, const TookOver& m) {
    out << m.name << m.serial;
}
void get(Reader& in, TookOver& m) {
    in >> m.name >> m.serial;
}
void put(Writer& out, const ManagementRequest& m) {
    out << m.id << m.method << m.path << m.body;
}
void get(Reader& in, ManagementRequest& m) {
    in >> m.id >> m.method >> m.path >> m.body;
}
void put(Writer& out, const ManagementReply& m) {
    out << m.id << static_cast<std::uint32_t>(m.status) << m.content_type << m.body;
}
void get(Reader& in, ManagementReply& m) {
    std::uint32_t status = 0;
    in >> m.id >> status >> m.content_type >> m.body;
    m.status = status;
}

/// Reads the alternative with this index.
template <std::size_t index = 0>
Message get_alternative(Reader& in, std::size_t wanted) {
    if constexpr (index == std::variant_size_v<Message>) {
        in.refuse("there is no such message");
        return {};
    } else {
        if (index != wanted) return get_alternative<index + 1>(in, wanted);
        std::variant_alternative_t<index, Message> message;
        get(in, message);
        return message;
    }
}

}  // namespace

std::string to_bytes(const Message& message) {
    std::string bytes;
    Writer out(bytes);
    out << static_cast<std::uint8_t>(message.index());
    std::visit([&out](const auto& m) { put(out, m); }, message);
    return bytes;
}

std::variant<Message, std::string> read_message(ByteView bytes) {
    Reader in(bytes);
    std::uint8_t which = 0;
    in >> which;
    Message message = in.is_good() ? get_alternative(in, which) : Message{};
    if (in.is_good() && !in.at_end()) in.refuse("bytes are left over");
    if (in.is_good()) return message;
    return "a message that is none: " + in.wrong();
}

}  // namespace txcouchbase::cluster
