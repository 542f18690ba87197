#include "common/text/base64.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "common/text/scanner.h"

namespace iotcpd {
namespace {

std::size_t refusedAt(std::string_view text) {
  try {
    static_cast<void>(decodeBase64(text));
  } catch (const SyntaxError& error) {
    return error.position();
  }
  ADD_FAILURE() << text << " is accepted";
  return 0;
}

TEST(Base64, KnowsTheVectorsOfTheStandard) {
  // RFC 4648, section 10.
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(encodeBase64(bytes), text);
    EXPECT_EQ(decodeBase64(text), bytes);
  }
}

TEST(Base64, CarriesEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::string part = bytes.substr(bytes.size() - size);
    EXPECT_EQ(decodeBase64(encodeBase64(part)), part);
  }
}

TEST(Base64, RefusesAForeignLetterAtItsPlace) {
  EXPECT_EQ(refusedAt("Zm9v!mFy"), 4U);
  EXPECT_EQ(refusedAt("Zm9vYm-_"), 6U);
  EXPECT_EQ(refusedAt("Zm9v\nYmFy"), 4U);
  EXPECT_EQ(refusedAt("Zm9v\xff"), 4U);
  EXPECT_EQ(refusedAt("Zg==Zm9v"), 2U);
}

TEST(Base64, RefusesALastGroupThatIsNotFull) {
  EXPECT_EQ(refusedAt("Zm9vY"), 5U);
  EXPECT_EQ(refusedAt("Zm9vYg"), 6U);
  EXPECT_EQ(refusedAt("Zm9vYg="), 7U);
  EXPECT_EQ(refusedAt("Zm9v="), 5U);
  EXPECT_EQ(refusedAt("Zm9v=="), 6U);
  EXPECT_EQ(refusedAt("===="), 0U);
  EXPECT_EQ(refusedAt("="), 1U);
}

TEST(Base64, RefusesBitsThatStandForNothing) {
  EXPECT_EQ(decodeBase64("Zg=="), "f");
  EXPECT_EQ(refusedAt("Zh=="), 1U);
  EXPECT_EQ(decodeBase64("Zm8="), "fo");
  EXPECT_EQ(refusedAt("Zm9="), 2U);
}

}  // namespace
}  // namespace iotcpd
