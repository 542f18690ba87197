#include "loadgen/plan/misbehaviour.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "loadgen/plan/draw.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::array<Behaviour, kBehaviourCount - 1> kKinds{
    Behaviour::kSlowLoris, Behaviour::kHalfClose, Behaviour::kAbortAfterSend,
    Behaviour::kOversize,  Behaviour::kNoNewline, Behaviour::kRst};

Behaviour readKind(Scanner& scanner) {
  const std::size_t start = scanner.position();
  const std::string_view name = scanner.word();
  const auto* const found =
      std::ranges::find_if(kKinds, [&](Behaviour kind) { return behaviourName(kind) == name; });
  if (found != kKinds.end()) return *found;
  std::string names;
  for (const Behaviour kind : kKinds) {
    if (!names.empty()) names += kind == kKinds.back() ? " or " : ", ";
    names += behaviourName(kind);
  }
  scanner.failAt(start, names);
}

}  // namespace

Misbehaviour Misbehaviour::parse(std::string_view text) {
  Misbehaviour mix;
  Scanner scanner(text);
  scanner.skipBlanks();
  if (scanner.atEnd()) return mix;
  std::uint64_t sum = 0;
  do {
    scanner.skipBlanks();
    const std::size_t start = scanner.position();
    const Behaviour kind = readKind(scanner);
    const auto isKind = [&](const Part& part) { return part.behaviour == kind; };
    if (std::ranges::any_of(mix.shares_, isKind)) {
      scanner.failAt(start, "each kind of misbehaviour at most once");
    }
    scanner.expect(":");
    const std::size_t shareStart = scanner.position();
    const Share share = scanner.share();
    sum += share.millionths;
    if (sum > Share::kWhole) scanner.failAt(shareStart, "shares of at most 100% together");
    mix.shares_.push_back({kind, share});
    scanner.skipBlanks();
  } while (scanner.skip(","));
  scanner.expectEnd();
  return mix;
}

std::string Misbehaviour::text() const {
  std::string text;
  for (const Part& part : shares_) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{}:{}", behaviourName(part.behaviour), formatShare(part.share));
  }
  return text;
}

Behaviour Misbehaviour::draw(RandomStream& stream) const {
  if (shares_.empty()) return Behaviour::kOrdinary;
  std::uint64_t drawn = drawBelow(stream, Share::kWhole);
  for (const Part& part : shares_) {
    if (drawn < part.share.millionths) return part.behaviour;
    drawn -= part.share.millionths;
  }
  return Behaviour::kOrdinary;
}

}  // namespace iotcpd::loadgen
