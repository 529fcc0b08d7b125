// SPDX-License-Identifier: Apache-2.0
#include "client/explain.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <txcouchbase/exceptions.hpp>

#include "protocol/error_words.hpp"

namespace txcouchbase {
namespace {

using Offset = Timeline::Offset;

std::string milliseconds(Offset offset, const char* format) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), format, static_cast<double>(offset.count()) / 1000);
    return text.data();
}

void append_line(std::string& text, std::string_view label, std::string_view words) {
    if (words.empty()) return;
    constexpr std::size_t column = 12;
    text.append("  ").append(label).append(column - label.size(), ' ').append(words) += '\n';
}

std::string count(std::size_t number, std::string_view one, std::string_view many) {
    return std::to_string(number) + ' ' + std::string{number == 1 ? one : many};
}

void append_detail(std::string& text, const ErrorDetail& detail) {
    append_line(text, "operation", escaped(detail.operation));
    if (!detail.key.empty())
        append_line(text, "key", quoted(detail.key) + " (" + count(detail.key.size(), "byte", "bytes") + ')');
    append_line(text, "node", escaped(detail.node));
    append_line(text, "cause", escaped(detail.cause));
    if (!detail.server_text.empty()) append_line(text, "server says", quoted(detail.server_text));
    if (detail.inner_cause) append_line(text, "inner cause", escaped(words_of(detail.inner_cause)));
}

struct Event {
    Offset at;
    std::string words;
};

std::string written_words(const Timeline& timeline) {
    if (!timeline.written_after) return "written, or earlier";
    if (!timeline.written_before) return "written, or later";
    return "written, at the latest at " + milliseconds(*timeline.written_before, "%+.3f ms");
}

// A retry may lie before or after the write that is known, so the lines are put in order at last.
std::vector<Event> events_of(const Timeline& timeline) {
    std::vector<Event> events;
    events.push_back({{}, "called"});
    if (timeline.queued_until) events.push_back({*timeline.queued_until, "handed to the node"});
    for (const Timeline::Retry& retry : timeline.retries)
        events.push_back({retry.at, "retried: " + escaped(retry.reason)});
    if (timeline.written_after || timeline.written_before)
        events.push_back({timeline.written_after.value_or(timeline.written_before.value_or(Offset{})),
                          written_words(timeline)});
    if (timeline.timeout > Offset{} && timeline.timeout <= timeline.ended)
        events.push_back({timeline.timeout, "deadline"});
    std::stable_sort(events.begin(), events.end(),
                     [](const Event& left, const Event& right) { return left.at < right.at; });
    events.push_back({timeline.ended, "ended"});
    return events;
}

void append_timeline(std::string& text, const Timeline& timeline) {
    if (timeline.vbucket) append_line(text, "vBucket", std::to_string(*timeline.vbucket));
    if (timeline.map_revision)
        append_line(text, "cluster map", "revision " + std::to_string(*timeline.map_revision));
    append_line(text, "timeout",
                timeline.timeout > Offset{} ? milliseconds(timeline.timeout, "%.3f ms") : "none");
    append_line(text, "socket", escaped(timeline.socket));
    if (timeline.in_flight != 0)
        append_line(text, "in flight",
                    count(timeline.in_flight, "operation", "operations") + " of this node");
    for (const Event& event : events_of(timeline))
        text.append(milliseconds(event.at, "  %+12.3f ms  ")).append(event.words) += '\n';
    if (!timeline.queued_until) text += "  never handed to a node\n";
}

}  // namespace

Fate fate_of(const Error& error) noexcept {
    if (error.is_ambiguous()) return Fate::may_have_executed;
    if (!error || error.is_answered()) return Fate::answered;
    if (error.detail().timeline) return Fate::not_sent;
    const ErrorInfo& row = info(error.rc());
    const auto has = [&row](ErrorKind kind) { return (row.kinds & static_cast<int>(kind)) != 0; };
    if (has(ErrorKind::network) || has(ErrorKind::fatal))
        return error.detail().operation.empty() ? Fate::connection : Fate::not_sent;
    return row.kinds != 0 || row.code == errc::not_supported ? Fate::refused : Fate::not_sent;
}

std::string_view name(Fate fate) noexcept {
    switch (fate) {
        case Fate::answered: return "answered";
        case Fate::may_have_executed: return "may_have_executed";
        case Fate::not_sent: return "not_sent";
        case Fate::refused: return "refused";
        case Fate::connection: return "connection";
    }
    return "answered";
}

std::string_view sentence(Fate fate) noexcept {
    switch (fate) {
        case Fate::answered: return "the server answered";
        case Fate::may_have_executed: return "the request was sent, so the server may have executed it";
        case Fate::not_sent: return "the request was never sent, so the server has not executed it";
        case Fate::refused: return "refused by the call: nothing was sent";
        case Fate::connection: return "this is about the connection, not about one operation";
    }
    return "";
}

std::string explain(const Error& error) {
    const ErrorInfo& row = info(error.rc());
    std::string text = std::string{row.name} + ": " + error.code().message() + '\n';
    append_line(text, "outcome", sentence(fate_of(error)));
    append_detail(text, error.detail());
    if (error.detail().timeline) append_timeline(text, *error.detail().timeline);
    return text;
}

}  // namespace txcouchbase
