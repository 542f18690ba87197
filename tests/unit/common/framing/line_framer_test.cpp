#include "common/framing/line_framer.h"

#include <array>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/support/test_random.h"

namespace iotcpd {

// Found by gtest by this name. NOLINTNEXTLINE(readability-identifier-naming)
void PrintTo(LineFramer::Status status, std::ostream* out) {
  constexpr std::array<const char*, 3> kNames = {"kLine", "kNeedMore", "kTooLong"};
  *out << kNames.at(static_cast<std::size_t>(status));
}

namespace {

using Status = LineFramer::Status;

constexpr std::size_t kLimit = 8;

/// Feeds `bytes` as one piece and collects the lines; the last status goes to `status`.
std::vector<std::string> takeAll(LineFramer& framer, std::string_view bytes, Status& status) {
  std::vector<std::string> lines;
  for (;;) {
    const LineFramer::Taken taken = framer.take(bytes);
    EXPECT_EQ(taken.rest.data() + taken.rest.size(), bytes.data() + bytes.size());
    status = taken.status;
    if (status != Status::kLine) return lines;
    lines.emplace_back(taken.line);
    bytes = taken.rest;
    if (bytes.empty()) return lines;
  }
}

TEST(LineFramer, HandsOutALineThatArrivesWholeWithoutCopyingIt) {
  LineFramer framer(kLimit);
  const std::string_view bytes = "abc\ndef";
  const LineFramer::Taken taken = framer.take(bytes);
  EXPECT_EQ(taken.status, Status::kLine);
  EXPECT_EQ(taken.line, "abc\n");
  EXPECT_EQ(taken.line.data(), bytes.data());
  EXPECT_EQ(taken.rest, "def");
  EXPECT_EQ(taken.rest.data(), bytes.data() + 4);
  EXPECT_EQ(framer.buffered(), 0U);
}

TEST(LineFramer, PutsTogetherALineThatArrivesInPieces) {
  LineFramer framer(kLimit);
  EXPECT_EQ(framer.take("ab").status, Status::kNeedMore);
  EXPECT_EQ(framer.buffered(), 2U);
  EXPECT_EQ(framer.take("c").status, Status::kNeedMore);
  EXPECT_EQ(framer.buffered(), 3U);
  const LineFramer::Taken taken = framer.take("d\ne");
  EXPECT_EQ(taken.status, Status::kLine);
  EXPECT_EQ(taken.line, "abcd\n");
  EXPECT_EQ(taken.rest, "e");
  EXPECT_EQ(framer.buffered(), 0U);
}

TEST(LineFramer, StartsAfreshAfterALineThatCameInPieces) {
  LineFramer framer(kLimit);
  EXPECT_EQ(framer.take("ab").status, Status::kNeedMore);
  EXPECT_EQ(framer.take("c\n").line, "abc\n");
  EXPECT_EQ(framer.take("d").status, Status::kNeedMore);
  EXPECT_EQ(framer.buffered(), 1U);
  EXPECT_EQ(framer.take("\n").line, "d\n");
  EXPECT_EQ(framer.take("e\n").line, "e\n");
}

TEST(LineFramer, GivesTheMemoryOfALargeLineBackWhenItIsReleasedAndNotBefore) {
  constexpr std::size_t kLarge = 100'000;
  LineFramer framer(2 * kLarge);
  ASSERT_EQ(framer.take(std::string(kLarge, 'x')).status, Status::kNeedMore);
  framer.releaseLine();
  EXPECT_EQ(framer.buffered(), kLarge) << "it is unfinished";
  EXPECT_EQ(framer.take("\n").line.size(), kLarge + 1);
  framer.releaseLine();
  EXPECT_LE(framer.capacity(), LineFramer::kKeptBytes);
  EXPECT_EQ(framer.take("a\n").line, "a\n");
}

TEST(LineFramer, TakesEveryOtherByteAsData) {
  LineFramer framer(300);
  std::string line;
  for (int byte = 0; byte < 256; ++byte) {
    if (byte != '\n') line += static_cast<char>(byte);
  }
  line += '\n';
  EXPECT_EQ(framer.take(line).line, line);
}

TEST(LineFramer, HandsOutEmptyLines) {
  LineFramer framer(kLimit);
  Status status{};
  EXPECT_EQ(takeAll(framer, "\n\na\n\n", status),
            (std::vector<std::string>{"\n", "\n", "a\n", "\n"}));
}

TEST(LineFramer, NeedsMoreWhenThereIsNothing) {
  LineFramer framer(kLimit);
  const LineFramer::Taken taken = framer.take({});
  EXPECT_EQ(taken.status, Status::kNeedMore);
  EXPECT_TRUE(taken.line.empty());
  EXPECT_TRUE(taken.rest.empty());
}

TEST(LineFramer, TakesALineOfExactlyTheLimit) {
  LineFramer whole(kLimit);
  EXPECT_EQ(whole.take("1234567\n").line, "1234567\n");

  LineFramer inPieces(kLimit);
  EXPECT_EQ(inPieces.take("1234567").status, Status::kNeedMore);
  EXPECT_EQ(inPieces.take("\n").line, "1234567\n");
}

TEST(LineFramer, RefusesALineOneByteOverTheLimit) {
  LineFramer whole(kLimit);
  EXPECT_EQ(whole.take("12345678\n").status, Status::kTooLong);

  LineFramer inPieces(kLimit);
  EXPECT_EQ(inPieces.take("1234567").status, Status::kNeedMore);
  EXPECT_EQ(inPieces.take("8\n").status, Status::kTooLong);
}

TEST(LineFramer, RefusesAsSoonAsTheLimitIsReachedWithoutNewline) {
  LineFramer framer(kLimit);
  EXPECT_EQ(framer.take("12345678").status, Status::kTooLong);
}

TEST(LineFramer, TheLimitCountsFromTheStartOfEachLine) {
  LineFramer framer(kLimit);
  Status status{};
  EXPECT_EQ(takeAll(framer, "123456\n1234567\n", status),
            (std::vector<std::string>{"123456\n", "1234567\n"}));
  EXPECT_EQ(framer.take("1234567").status, Status::kNeedMore);
}

TEST(LineFramer, StaysRefusedUntilItIsReset) {
  LineFramer framer(kLimit);
  EXPECT_EQ(framer.take("12345678").status, Status::kTooLong);
  EXPECT_EQ(framer.buffered(), 0U);
  const LineFramer::Taken taken = framer.take("a\n");
  EXPECT_EQ(taken.status, Status::kTooLong);
  EXPECT_TRUE(taken.line.empty());
  framer.reset();
  EXPECT_EQ(framer.take("a\n").line, "a\n");
}

TEST(LineFramer, TellsOnceWhatALineBeginsWithThatIsTooLong) {
  LineFramer whole(20);
  EXPECT_EQ(whole.take("0123456789abcdefghijklmn").line, "0123456789abcde");
  EXPECT_EQ(whole.take("more").line, "");

  LineFramer inPieces(20);
  EXPECT_EQ(inPieces.take("012").line, "");
  EXPECT_EQ(inPieces.take("3456789abcdefghijklmn").line, "0123456789abcde");
}

TEST(LineFramer, ForgetsAnUnfinishedLineWhenReset) {
  LineFramer framer(kLimit);
  EXPECT_EQ(framer.take("abc").status, Status::kNeedMore);
  framer.reset();
  EXPECT_EQ(framer.buffered(), 0U);
  EXPECT_EQ(framer.take("d\n").line, "d\n");
}

/// Lines up to a limit, now and then one that is too long.
std::string randomStream(TestRandom& random, std::size_t limit) {
  std::string stream;
  const std::size_t lines = random.below(20);
  for (std::size_t i = 0; i < lines; ++i) {
    stream.append(random.below(random.below(10) == 0 ? limit + 3 : limit), 'x');
    stream += '\n';
  }
  stream.append(random.below(limit), 'y');
  return stream;
}

struct Framed {
  std::vector<std::string> lines;
  Status end = Status::kNeedMore;

  bool operator==(const Framed&) const = default;
};

/// What the contract says, without framer and fragments.
Framed frameNaively(std::string_view stream, std::size_t limit) {
  Framed framed;
  while (!stream.empty()) {
    const std::size_t newline = stream.find('\n');
    if (newline >= limit && stream.size() >= limit) {
      framed.end = Status::kTooLong;
      break;
    }
    if (newline == std::string_view::npos) break;
    framed.lines.emplace_back(stream.substr(0, newline + 1));
    stream.remove_prefix(newline + 1);
  }
  return framed;
}

Framed frameInPieces(std::string_view stream, std::size_t limit, TestRandom& random) {
  LineFramer framer(limit);
  Framed framed;
  while (!stream.empty() && framed.end != Status::kTooLong) {
    const std::string piece(stream.substr(0, 1 + random.below(2 * limit)));
    stream.remove_prefix(piece.size());
    Status status{};
    for (std::string& line : takeAll(framer, piece, status)) framed.lines.push_back(line);
    if (status == Status::kTooLong) framed.end = status;
  }
  return framed;
}

TEST(LineFramer, AWholeLineInFrontIsSeenWithoutBeingTaken) {
  LineFramer framer(4);
  EXPECT_EQ(framer.wholeLine("abc\nd\n"), "abc\n");
  EXPECT_EQ(framer.wholeLine("\n"), "\n");
  EXPECT_EQ(framer.wholeLine("ab"), "");
  EXPECT_EQ(framer.wholeLine("abcd\n"), "") << "longer than the limit";
  EXPECT_EQ(framer.take("abc\nd\n").line, "abc\n") << "as if nobody had looked";
}

TEST(LineFramer, NoLineIsWholeWhileItsBeginningIsBuffered) {
  LineFramer framer(8);
  ASSERT_EQ(framer.take("a").status, Status::kNeedMore);
  EXPECT_EQ(framer.wholeLine("b\n"), "");
  EXPECT_EQ(framer.take("b\n").line, "ab\n");
  EXPECT_EQ(framer.wholeLine("c\n"), "c\n");
  ASSERT_EQ(framer.take("too long a line").status, Status::kTooLong);
  EXPECT_EQ(framer.wholeLine("c\n"), "");
}

TEST(LineFramer, ALimitThatHasChangedHoldsForTheNextLine) {
  LineFramer framer(4);
  ASSERT_EQ(framer.take("123\n").line, "123\n");
  framer.setMaxLineBytes(8);
  EXPECT_EQ(framer.take("1234567\n").line, "1234567\n");
  ASSERT_EQ(framer.take("12").status, Status::kNeedMore);
  ASSERT_EQ(framer.take("3456\n").line, "123456\n");
  framer.setMaxLineBytes(2);
  EXPECT_EQ(framer.take("12\n").status, Status::kTooLong);
}

TEST(LineFramer, AnyFragmentationGivesTheSameLines) {
  int tooLong = 0;
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    TestRandom random(seed);
    const std::size_t limit = 1 + random.below(30);
    const std::string stream = randomStream(random, limit);
    const Framed expected = frameNaively(stream, limit);
    ASSERT_EQ(frameInPieces(stream, limit, random), expected);
    if (expected.end == Status::kTooLong) ++tooLong;
  }
  // Both ends were seen.
  EXPECT_GT(tooLong, 300);
  EXPECT_LT(tooLong, 2700);
}

}  // namespace
}  // namespace iotcpd
