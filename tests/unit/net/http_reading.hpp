// What an HttpMachine makes of an answer, written down: the same for every way to cut the bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "net/http_machine.hpp"

namespace txcouchbase::net {

/// Gives `bytes` to a machine that has asked; appends what it says to `story`. The body's pieces are put together.
inline HttpEvent tell(HttpMachine& machine, ByteView& bytes, std::string& story) {
    for (;;) {
        const HttpEvent event = machine.put(bytes);
        switch (event) {
            case HttpEvent::need_bytes: EXPECT_TRUE(bytes.empty()); return event;
            case HttpEvent::head:
                story += std::to_string(machine.head().status);
                for (const auto& [name, value] : machine.head().fields)
                    story += " [" + name + ": " + value + "]";
                story += " |";
                break;
            case HttpEvent::body:
                EXPECT_FALSE(machine.body().empty());
                story += machine.body();
                break;
            case HttpEvent::end: story += machine.can_go_on() ? "| goes on" : "| is over"; return event;
            case HttpEvent::failed: story += "| " + machine.error().detail().cause; return event;
        }
    }
}

/// The story of an answer that comes in pieces of the given sizes; the last one is as long as it takes.
inline std::string story_of(ByteView answer, std::size_t first, std::size_t others, bool is_closed = false) {
    HttpMachine machine{{"node", 8091, false}};
    EXPECT_FALSE(machine.start({.target = "/"}));
    machine.sent(machine.unsent().size());
    std::string story;
    HttpEvent event = HttpEvent::need_bytes;
    std::size_t size = first;
    while (event == HttpEvent::need_bytes && !answer.empty()) {
        ByteView piece = answer.substr(0, size);
        answer.remove_prefix(piece.size());
        event = tell(machine, piece, story);
        if (event == HttpEvent::end) story += " left: " + std::string{piece} + std::string{answer};
        size = others;
    }
    if (event != HttpEvent::need_bytes || !is_closed) return story;
    switch (machine.on_eof()) {
        case HttpEvent::end: return story + (machine.can_go_on() ? "| goes on" : "| is over") + " left: ";
        default: return story + "| " + machine.error().detail().cause;
    }
}

/// The story of an answer, which is the same at every split point and byte by byte.
inline std::string story_of(ByteView answer, bool is_closed = false) {
    const std::string whole = story_of(answer, answer.size(), 1, is_closed);
    for (std::size_t split = 1; split < answer.size(); ++split)
        EXPECT_EQ(story_of(answer, split, answer.size(), is_closed), whole) << "split at " << split;
    EXPECT_EQ(story_of(answer, 1, 1, is_closed), whole) << "byte by byte";
    EXPECT_EQ(story_of(answer, 2, 3, is_closed), whole) << "in threes";
    return whole;
}

}  // namespace txcouchbase::net
