#include <algorithm>
#include <limits>

#include "common/text/quantity.h"
#include "fake-daemons/actions/families.h"

namespace iotcpd::fake {
namespace {

std::string_view withoutNewline(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

/// What no reply grows beyond by being doubled.
constexpr std::size_t kMostBytes = 64UL * 1024 * 1024;

/// Far above all IDs that a redirector has counted up to, and it says whose it was.
constexpr std::uint64_t kForeignIds = 1'000'000'000;

EffectPtr changeText(std::function<void(std::string&, RandomStream&)> change) {
  return instantly([change = std::move(change)](const Scene& scene) {
    change(scene.reply->text, scene.random);
  });
}

}  // namespace

EffectPtr startTruncate(const Arguments& arguments) {
  const std::uint64_t bytes = std::get<std::uint64_t>(arguments[0]);
  return changeText([bytes](std::string& text, RandomStream& /*random*/) {
    text = withoutNewline(text).substr(0, bytes);
  });
}

EffectPtr startNoNewline(const Arguments& /*arguments*/) {
  return changeText(
      [](std::string& text, RandomStream& /*random*/) { text = withoutNewline(text); });
}

EffectPtr startOversize(const Arguments& arguments) {
  const std::uint64_t size = std::get<std::uint64_t>(arguments[0]);
  return changeText([size](std::string& text, RandomStream& /*random*/) {
    const std::size_t kept = withoutNewline(text).size();
    text.resize(std::max<std::size_t>(kept, size - 1), 'x');
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(kept), text.end(), 'x');
    text += '\n';
  });
}

EffectPtr startGarbage(const Arguments& arguments) {
  const std::uint64_t size = std::get<std::uint64_t>(arguments[0]);
  return changeText([size](std::string& text, RandomStream& random) {
    text.resize(size);
    for (char& byte : text) {
      do {
        byte = static_cast<char>(random.next() >> 56);
      } while (byte == '\n');
    }
    text.back() = '\n';
  });
}

EffectPtr startDuplicate(const Arguments& /*arguments*/) {
  return changeText([](std::string& text, RandomStream& /*random*/) {
    if (text.size() <= kMostBytes / 2) text += std::string(text);
  });
}

EffectPtr startWrongId(const Arguments& /*arguments*/) {
  return changeText([](std::string& text, RandomStream& /*random*/) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    const auto id = parseCount(std::string_view(text).substr(0, end));
    if (!id) return;
    const bool hasRoom = *id <= std::numeric_limits<std::uint64_t>::max() - kForeignIds;
    text = std::to_string(hasRoom ? *id + kForeignIds : *id - kForeignIds) + text.substr(end);
  });
}

}  // namespace iotcpd::fake
