// What is left of TLS in a build without it (TXCB_TLS=OFF): nobody gets a context, so that nobody has a machine.
// SPDX-License-Identifier: Apache-2.0
#include "net/tls_machine.hpp"

namespace txcouchbase::net {

TlsContext::Outcome TlsContext::make(const TlsSettings&) {
    return Error{errc::argument,
                 {.cause = "TLS was asked for, and this library was built without it (TXCB_TLS=OFF)"}};
}

std::shared_ptr<ssl_ctx_st> share_tls_context(ssl_ctx_st*) noexcept {
    return nullptr;
}

// Never called; a Stream names them.
TlsMachine::TlsMachine(const TlsContext&, std::string) {}
TlsMachine::~TlsMachine() = default;
void TlsMachine::Free::operator()(ssl_st*) const noexcept {}
TlsMachine::Progress TlsMachine::handshake() {
    return Progress::failed;
}
std::span<char> TlsMachine::prepare() noexcept {
    return {};
}
void TlsMachine::wire_ended() {}
TlsMachine::ReadOutcome TlsMachine::read(std::span<char>) {
    return {};
}
std::size_t TlsMachine::write(ByteView) {
    return 0;
}
void TlsMachine::say_goodbye() noexcept {}
void TlsMachine::sent(std::size_t) noexcept {}

}  // namespace txcouchbase::net
