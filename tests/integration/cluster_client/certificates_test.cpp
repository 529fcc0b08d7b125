// SPDX-License-Identifier: Apache-2.0
// Nodes whose certificates are not to be trusted: what connecting says of each, and that no login goes to them.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>

#include "tests/integration/cluster_client/fixture.hpp"
#include "tests/unit/net/tls_certificates.hpp"

namespace txcouchbase::test {
namespace {

namespace asio = boost::asio;
using net::Authority;
using net::Identity;
using testing::AllOf;
using testing::HasSubstr;
using Tcp = asio::ip::tcp;

/// Shakes hands as somebody, and counts what is said to it behind that.
class Door {
public:
    Door(asio::io_context& io, const Identity& identity)
        : acceptor_(io, {asio::ip::address_v4::loopback(), 0}) {
        context_.use_certificate_chain(asio::buffer(identity.certificate));
        context_.use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
        accept();
    }
    std::string node() const { return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }
    std::size_t heard() const noexcept { return heard_; }

private:
    using Visitor = asio::ssl::stream<Tcp::socket>;

    void accept() {
        acceptor_.async_accept([this](auto failed, Tcp::socket socket) {
            if (failed) return;
            auto visitor = std::make_shared<Visitor>(std::move(socket), context_);
            visitor->async_handshake(asio::ssl::stream_base::server, [this, visitor](auto refused) {
                if (!refused) listen(visitor);
            });
            accept();
        });
    }
    void listen(const std::shared_ptr<Visitor>& visitor) {
        visitor->async_read_some(asio::buffer(room_), [this, visitor](auto failed, std::size_t got) {
            heard_ += got;
            if (!failed) listen(visitor);
        });
    }

    asio::ssl::context context_{asio::ssl::context::tls_server};
    Tcp::acceptor acceptor_;
    std::array<char, 1'024> room_{};
    std::size_t heard_ = 0;
};

class StrangeCertificates : public testing::Test {
protected:
    Error error_with(const Identity& identity) {
        const Door door(io, identity);
        ConnectionOptions options{.username = "user", .password = "password"};
        options.tls.ca_pem = net::test_authority().certificate();
        Connection connection(io, "couchbases://" + door.node() + "=mcd", options);
        const Error error = error_of(Ending{connection.connect()}.await(io));
        EXPECT_THROW(throw_exception(error), ConnectError) << error.message();
        EXPECT_EQ(error.detail().node, door.node());
        EXPECT_EQ(door.heard(), 0U);
        return error;
    }

    asio::io_context io;
};

TEST_F(StrangeCertificates, OneThatIsExpired) {
    const Identity expired = net::test_authority().sign({.begins = -7'200, .ends = -3'600});
    EXPECT_THAT(error_with(expired).detail().cause, AllOf(HasSubstr("certificate"), HasSubstr("expired")));
}

TEST_F(StrangeCertificates, OneForAnotherHost) {
    const Identity other = net::test_authority().sign({.names = "DNS:db.example.com"});
    EXPECT_THAT(error_with(other).detail().cause, AllOf(HasSubstr("certificate"), HasSubstr("127.0.0.1")));
}

TEST_F(StrangeCertificates, OneThatIsItsOwnAuthority) {
    EXPECT_THAT(error_with(Authority::sign_itself()).detail().cause,
                AllOf(HasSubstr("certificate"), HasSubstr("self-signed")));
}

TEST_F(StrangeCertificates, OneOfAnAuthorityThatNobodyKnows) {
    EXPECT_THAT(error_with(Authority{}.sign()).detail().cause, HasSubstr("certificate"));
}

}  // namespace
}  // namespace txcouchbase::test
