// SPDX-License-Identifier: Apache-2.0
#include "protocol/response_check.hpp"

#include "protocol/collection_responses.hpp"
#include "protocol/document_responses.hpp"
#include "protocol/framing_extras.hpp"
#include "protocol/range_scan_responses.hpp"
#include "protocol/server_push.hpp"
#include "protocol/session_responses.hpp"
#include "protocol/subdoc.hpp"
#include "protocol/subdoc_responses.hpp"
#include "protocol/xattr_section.hpp"

namespace txcouchbase::protocol {
namespace {

Defect check_value(const Frame& frame) noexcept {
    const auto value = read_value(frame);
    if (!value) return value.defect();
    if (!has(value->datatype, Datatype::xattr) || has(value->datatype, Datatype::snappy)) return Defect::none;
    return read_xattr_value(value->value).defect();
}

Defect check_classic(const Frame& frame) noexcept {
    switch (frame.opcode()) {
        case Opcode::get:
        case Opcode::getq:
        case Opcode::getk:
        case Opcode::getkq:
        case Opcode::gat:
        case Opcode::gatq:
        case Opcode::memcached_gatk:
        case Opcode::memcached_gatkq: return check_value(frame);
        case Opcode::set:
        case Opcode::setq:
        case Opcode::add:
        case Opcode::addq:
        case Opcode::replace:
        case Opcode::replaceq:
        case Opcode::remove:
        case Opcode::removeq:
        case Opcode::append:
        case Opcode::appendq:
        case Opcode::prepend:
        case Opcode::prependq: return read_mutation(frame).defect();
        case Opcode::increment:
        case Opcode::incrementq:
        case Opcode::decrement:
        case Opcode::decrementq: return read_counter(frame).defect();
        case Opcode::touch: return read_touch(frame).defect();
        default: return Defect::none;
    }
}

Defect check_couchbase(const Frame& frame) noexcept {
    switch (frame.opcode()) {
        case Opcode::hello: return read_hello(frame).defect();
        case Opcode::get_locked:
        case Opcode::get_replica:
        case Opcode::getex:
        case Opcode::getex_replica:
        case Opcode::get_random_key: return check_value(frame);
        case Opcode::get_meta:
        case Opcode::getq_meta: return read_meta(frame).defect();
        case Opcode::set_with_meta:
        case Opcode::setq_with_meta:
        case Opcode::add_with_meta:
        case Opcode::addq_with_meta:
        case Opcode::del_with_meta:
        case Opcode::delq_with_meta:
        case Opcode::mutate_with_meta: return read_mutation(frame).defect();
        case Opcode::observe: return read_observe(frame).defect();
        case Opcode::observe_seqno: return read_observe_seqno(frame).defect();
        case Opcode::get_failover_log: return read_failover_log(frame).defect();
        case Opcode::get_all_vb_seqnos: return read_all_vb_seqnos(frame).defect();
        case Opcode::get_vbucket: return read_vbucket(frame).defect();
        case Opcode::get_keys: return read_keys(frame).defect();
        case Opcode::collections_get_id:
        case Opcode::collections_get_scope_id: return read_collection_id(frame).defect();
        case Opcode::subdoc_multi_lookup: return read_multi_lookup(frame).defect();
        case Opcode::subdoc_multi_mutation: return read_multi_mutation(frame).defect();
        case Opcode::range_scan_create: return read_range_scan_create(frame).defect();
        case Opcode::range_scan_continue: return read_range_scan_continue(frame).defect();
        default:
            return is_subdoc_mutation(frame.opcode()) ? read_subdoc_response(frame).defect() : Defect::none;
    }
}

Defect check_data(const Frame& frame) noexcept {
    if (const Defect defect = check_classic(frame); defect != Defect::none) return defect;
    return check_couchbase(frame);
}

Defect check_push(const Frame& frame) noexcept {
    if (static_cast<ServerOpcode>(frame.opcode()) != ServerOpcode::clustermap_change_notification)
        return Defect::none;
    return read_config_push(frame).defect();
}

}  // namespace

Defect check_response(const Frame& frame) noexcept {
    if (frame.magic() != Magic::client_response && frame.magic() != Magic::flex_response &&
        frame.magic() != Magic::server_request)
        return Defect::wrong_direction;
    if (const auto framing = read_response_framing(frame.framing_extras()); !framing) return framing.defect();
    if (!is_legal(static_cast<Datatype>(frame.datatype()))) return Defect::bad_datatype;
    if (frame.magic() == Magic::server_request) return check_push(frame);
    return has_data_body(frame.status()) ? check_data(frame) : Defect::none;
}

}  // namespace txcouchbase::protocol
