#include "loadgen/report/json_view.h"

#include <cmath>
#include <limits>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <fmt/format.h>

#include "common/text/printable.h"
#include "loadgen/report/reports.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::size_t kMostDepth = 16;
constexpr std::size_t kMostShown = 60;

using Poco::JSON::Array;
using Poco::JSON::Object;

std::string shown(std::string_view text) {
  const std::string whole = printable(text);
  return whole.size() <= kMostShown ? whole : whole.substr(0, kMostShown) + "...";
}

/// What jsonText() has made of bytes: each is the character of its number.
std::string bytesOf(const std::string& utf8) {
  std::string bytes;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto first = static_cast<unsigned char>(utf8[i]);
    if ((first == 0xc2 || first == 0xc3) && i + 1 < utf8.size()) {
      ++i;
      bytes +=
          static_cast<char>((first & 3U) << 6U | (static_cast<unsigned char>(utf8[i]) & 0x3fU));
    } else {
      bytes += utf8[i];
    }
  }
  return bytes;
}

bool isNumber(const Poco::Dynamic::Var& value) {
  return !value.isEmpty() && value.isNumeric() && !value.isBoolean() && !value.isString();
}

}  // namespace

JsonView JsonView::parse(const std::string& file, const std::string& json) {
  JsonView top(std::make_shared<const std::string>(file), "", {});
  try {
    Poco::JSON::Parser parser;
    parser.setDepth(kMostDepth);
    top.value_ = parser.parse(json);
  } catch (const Poco::Exception& error) {
    top.failBecause(fmt::format("it is not JSON: {}", shown(error.message())));
  } catch (const std::exception& error) {
    top.failBecause(fmt::format("it is not JSON: {}", shown(error.what())));
  }
  return top;
}

JsonView JsonView::inside(const std::string& step, const Poco::Dynamic::Var& value) const {
  std::string where = where_;
  if (!where.empty() && step.front() != '[') where += '.';
  return {file_, where + step, value};
}

bool JsonView::has(const std::string& name) const {
  if (value_.type() != typeid(Object::Ptr)) fail("an object");
  return value_.extract<Object::Ptr>()->has(name);
}

JsonView JsonView::member(const std::string& name) const {
  if (!has(name)) inside(name, {}).failBecause("it is missing");
  return inside(name, value_.extract<Object::Ptr>()->get(name));
}

std::vector<std::string> JsonView::names() const {
  if (value_.type() != typeid(Object::Ptr)) fail("an object");
  return value_.extract<Object::Ptr>()->getNames();
}

void JsonView::forEach(const std::function<void(const JsonView&)>& onElement) const {
  if (value_.type() != typeid(Array::Ptr)) fail("an array");
  const Array::Ptr array = value_.extract<Array::Ptr>();
  for (unsigned i = 0; i < array->size(); ++i) {
    onElement(inside(fmt::format("[{}]", i), array->get(i)));
  }
}

std::size_t JsonView::size() const {
  if (value_.type() != typeid(Array::Ptr)) fail("an array");
  return value_.extract<Array::Ptr>()->size();
}

std::string JsonView::text() const {
  if (!value_.isString()) fail("a text");
  return bytesOf(value_.extract<std::string>());
}

std::vector<std::string> JsonView::texts() const {
  std::vector<std::string> all;
  forEach([&](const JsonView& element) { all.push_back(element.text()); });
  return all;
}

bool JsonView::boolean() const {
  if (!value_.isBoolean()) fail("true or false");
  return value_.extract<bool>();
}

double JsonView::number() const {
  if (!isNumber(value_)) fail("a number");
  const auto number = value_.convert<double>();
  if (!std::isfinite(number)) fail("a number that a double can hold");
  return number;
}

std::int64_t JsonView::integer() const {
  if (!isNumber(value_) || !value_.isInteger()) fail("a whole number");
  try {
    return value_.convert<std::int64_t>();
  } catch (const Poco::Exception&) {
    fail("a whole number of 64 bits");
  }
}

std::uint64_t JsonView::count() const {
  if (!isNumber(value_) || !value_.isInteger()) fail("a count");
  try {
    return value_.convert<std::uint64_t>();
  } catch (const Poco::Exception&) {
    fail("a count from 0 to 2^64-1");
  }
}

Nanoseconds JsonView::time(double nanosecondsPerUnit) const {
  const double nanoseconds = number() * nanosecondsPerUnit;
  // Up to here a double tells one nanosecond from the next: 104 days.
  if (nanoseconds < 0 || nanoseconds > 9e15) fail("a time from 0 to 104 days");
  return Nanoseconds(std::llround(nanoseconds));
}

void JsonView::fail(std::string_view expected) const {
  std::string found = "null";
  if (value_.type() == typeid(Object::Ptr)) {
    found = "an object";
  } else if (value_.type() == typeid(Array::Ptr)) {
    found = "an array";
  } else if (value_.isString()) {
    found = fmt::format("\"{}\"", shown(value_.extract<std::string>()));
  } else if (!value_.isEmpty()) {
    found = shown(value_.toString());
  }
  failBecause(fmt::format("expected {}, found {}", expected, found));
}

void JsonView::failBecause(std::string_view reason) const {
  throw ResultFileError(fmt::format("cannot use '{}': {}{}{}", printable(*file_), printable(where_),
                                    where_.empty() ? "" : ": ", reason));
}

}  // namespace iotcpd::loadgen
