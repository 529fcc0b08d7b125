// SPDX-License-Identifier: Apache-2.0
#include "views/query.hpp"

#include <algorithm>

#include "protocol/error_words.hpp"
#include "views/json_check.hpp"
#include "views/json_text.hpp"
#include "views/query_rules.hpp"
#include "views/query_text.hpp"

namespace txcouchbase::views {
namespace {

Error refuse(std::string_view name, const std::string& why) {
    return Error{errc::argument, {.cause = "the view query's parameter " + quoted(name) + " " + why}};
}

/// The elements of a JSON array as a list: each as JSON, or what it says where it is to be text.
QueryValue json_elements(std::string_view text, bool is_text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (find_json_defect(text) || text[first] != '[') return Json{std::string{text}};
    QueryValue::List list;
    JsonElements elements{text};
    while (elements.next()) {
        auto said = is_text ? json_unescaped(elements.value()) : std::nullopt;
        list.emplace_back(said ? QueryValue{std::move(*said)} : Json{std::string{elements.value()}});
    }
    return list;
}

}  // namespace

Query::Query(std::initializer_list<std::pair<std::string_view, QueryValue>> parameters, QueryMode mode)
    : mode_(mode) {
    for (const auto& [name, value] : parameters) set(name, value);
}

Query& Query::set(std::string_view name, const QueryValue& value) {
    const bool is_range = find_rule(name).kind == ParameterKind::range;
    Error error = is_range ? assign_range(name, value) : assign(name, value);
    if (error && !error_) error_ = std::move(error);
    return *this;
}

Query& Query::set_text(std::string_view name, std::string_view text) {
    const ParameterRule& rule = find_rule(name);
    const bool is_json = rule.kind == ParameterKind::json || rule.kind == ParameterKind::json_array;
    if (mode_.passthrough || (!is_json && rule.kind != ParameterKind::range)) return set(name, text);
    return set(name, is_json ? QueryValue{Json{std::string{text}}}
                             : json_elements(text, rule.name == "dockey_range"));
}

Query& Query::set_ready(std::string_view text) {
    if (is_query_text(text))
        ready_ = text;
    else if (!error_)
        error_ = Error{errc::argument,
                       {.cause = "a view's query string with a character that has no place in one"}};
    return *this;
}

Query& Query::stale(Stale value) {
    return set("stale", value == Stale::ok ? "ok" : value == Stale::update_before ? "false" : "update_after");
}

Query& Query::on_error(OnError value) {
    return set("on_error", value == OnError::stop ? "stop" : "continue");
}

Query::Parameter* Query::find(std::string_view name) noexcept {
    const auto found = std::find_if(parameters_.begin(), parameters_.end(),
                                    [name](const Parameter& parameter) { return parameter.name == name; });
    return found == parameters_.end() ? nullptr : &*found;
}

Error Query::assign(std::string_view name, const QueryValue& value, std::string_view range) {
    const ParameterRule& rule = find_rule(name);
    const bool is_known = rule.kind != ParameterKind::unknown;
    if (!is_known && (!mode_.unrecognized_ok || mode_.passthrough)) return refuse(name, "is unknown");
    if (!is_known &&
        (name.empty() || !is_query_text(name) || name.find_first_of("&=") != std::string_view::npos))
        return refuse(name, "has a name that has no place in a URL's query");
    const std::string parameter{is_known ? rule.parameter : name};
    Parameter* const old = find(parameter);
    if (value.is_unspec()) {
        if (old != nullptr) parameters_.erase(parameters_.begin() + (old - parameters_.data()));
        return {};
    }
    EncodedValue encoded =
        is_known && !mode_.passthrough ? encode_value(rule.kind, value) : encode_verbatim(value);
    if (!encoded.wanted.empty())
        return refuse(range.empty() ? name : range,
                      "takes " + std::string{encoded.wanted} + ", not " + shown(value));
    Parameter fresh{parameter, value, std::move(encoded.text), !range.empty()};
    if (old != nullptr)
        *old = std::move(fresh);
    else
        parameters_.push_back(std::move(fresh));
    return {};
}

Error Query::assign_range(std::string_view name, const QueryValue& value) {
    const ParameterRule& rule = find_rule(name);
    const auto* list = value.get_if<List>();
    if ((list == nullptr && !value.is_unspec()) || (list != nullptr && list->size() > 2))
        return refuse(name, "takes a list of a start and an end, not " + shown(value));
    for (const std::string_view end : {rule.parameter, rule.end}) {
        const Parameter* const set = find(end);
        if (set != nullptr && !set->is_of_range)
            return refuse(name, "has an end that was set before as " + quoted(end));
    }
    const List ends = list == nullptr ? List{} : *list;
    const QueryValue start = !ends.empty() ? ends[0] : QueryValue{};
    const QueryValue end = ends.size() > 1 ? ends[1] : QueryValue{};
    Query changed = *this;
    Error error = changed.assign(rule.parameter, start, name);
    if (!error) error = changed.assign(rule.end, end, name);
    if (error) return error;
    parameters_ = std::move(changed.parameters_);
    return {};
}

QueryValue Query::get(std::string_view name) const {
    const ParameterRule& rule = find_rule(name);
    const std::string_view wanted = rule.kind == ParameterKind::unknown ? name : rule.parameter;
    for (const Parameter& parameter : parameters_)
        if (parameter.name == wanted && rule.kind != ParameterKind::range) return parameter.value;
    return unspec;
}

std::string Query::encode(bool has_keys) const {
    std::string text = ready_;
    for (const Parameter& parameter : parameters_) {
        if (!has_keys && parameter.name == "keys") continue;
        if (!text.empty()) text += '&';
        text += parameter.name + '=' + parameter.encoded;
    }
    return text;
}

}  // namespace txcouchbase::views
