// SPDX-License-Identifier: Apache-2.0
#include "net/document_splitter.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace txcouchbase::net {
namespace {

using Documents = std::vector<std::string>;

Documents split(ByteView stream, std::size_t piece, std::size_t limit = 100) {
    DocumentSplitter splitter{limit};
    Documents found;
    while (!stream.empty()) {
        ByteView bytes = stream.substr(0, piece);
        stream.remove_prefix(bytes.size());
        DocumentSplitter::Outcome outcome{};
        while ((outcome = splitter.put(bytes)) == DocumentSplitter::Outcome::document)
            found.emplace_back(splitter.document());
        if (outcome == DocumentSplitter::Outcome::too_long) {
            found.emplace_back("too long");
            break;
        }
        EXPECT_TRUE(bytes.empty());
    }
    return found;
}

void expect(const Documents& documents, ByteView stream, std::size_t limit = 100) {
    for (std::size_t piece = 1; piece <= stream.size(); ++piece)
        EXPECT_EQ(split(stream, piece, limit), documents) << "in pieces of " << piece;
}

TEST(DocumentSplitter, FindsTheSameDocumentsInWhateverPieces) {
    expect({"{\"rev\":1}", "{\"rev\":2}"}, "{\"rev\":1}\n\n\n\n{\"rev\":2}\n\n\n\n{\"rev\"");
}

TEST(DocumentSplitter, FewerNewlinesBelongToTheDocument) {
    expect({"\n{\n\n1\n\n\n}", "2"}, "\n{\n\n1\n\n\n}\n\n\n\n2\n\n\n\n");
}

TEST(DocumentSplitter, NothingBetweenSeparatorsIsNoDocument) {
    expect({"1", "\n2"}, "\n\n\n\n1\n\n\n\n\n\n\n\n\n2\n\n\n\n");
    expect({}, "");
}

TEST(DocumentSplitter, ADocumentUpToTheLimitIsTaken) {
    expect({"12345"}, "12345\n\n\n\n", 5);
    expect({"too long"}, "123456\n\n\n\n", 5);
    expect({"too long"}, "123456", 5);
    expect({"1", "too long"}, "1\n\n\n\n123456", 5);
    expect({"too long"}, "1\n\n\n45678\n\n\n\n", 5);
}

TEST(DocumentSplitter, ATooLongOneStays) {
    DocumentSplitter splitter{1};
    ByteView bytes = "12\n\n\n\n3\n\n\n\n";
    EXPECT_EQ(splitter.put(bytes), DocumentSplitter::Outcome::too_long);
    EXPECT_EQ(splitter.put(bytes), DocumentSplitter::Outcome::too_long);
}

}  // namespace
}  // namespace txcouchbase::net
