#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/Dynamic/Var.h>

#include "common/time/clock.h"

namespace iotcpd::loadgen {

/// A value in a JSON file that knows where it stands, so that what is wrong with it can be told:
/// every member throws ResultFileError, "cannot use 'a.json': settings.seed: expected a text".
class JsonView {
 public:
  /// The outermost value. Throws ResultFileError for what is no JSON.
  [[nodiscard]] static JsonView parse(const std::string& file, const std::string& json);

  /// Of an object; it must be there.
  [[nodiscard]] JsonView member(const std::string& name) const;
  [[nodiscard]] bool has(const std::string& name) const;
  [[nodiscard]] bool isNull() const { return value_.isEmpty(); }
  [[nodiscard]] std::vector<std::string> names() const;
  /// Of an array, in order.
  void forEach(const std::function<void(const JsonView&)>& onElement) const;
  /// Of an array.
  [[nodiscard]] std::size_t size() const;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::vector<std::string> texts() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] double number() const;
  [[nodiscard]] std::int64_t integer() const;
  [[nodiscard]] std::uint64_t count() const;
  /// The inverse of JsonWriter::milliseconds() and ::seconds(): not below 0.
  [[nodiscard]] Nanoseconds milliseconds() const { return time(1e6); }
  [[nodiscard]] Nanoseconds seconds() const { return time(1e9); }

  /// Throws ResultFileError: "<where>: expected <expected>".
  [[noreturn]] void fail(std::string_view expected) const;
  [[noreturn]] void failBecause(std::string_view reason) const;

 private:
  JsonView(std::shared_ptr<const std::string> file, std::string where,
           const Poco::Dynamic::Var& value)
      : file_(std::move(file)), where_(std::move(where)), value_(value) {}
  [[nodiscard]] Nanoseconds time(double nanosecondsPerUnit) const;
  [[nodiscard]] JsonView inside(const std::string& step, const Poco::Dynamic::Var& value) const;

  std::shared_ptr<const std::string> file_;
  std::string where_;  ///< "timeline[3].sent"
  Poco::Dynamic::Var value_;
};

}  // namespace iotcpd::loadgen
