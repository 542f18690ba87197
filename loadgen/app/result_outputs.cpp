#include "loadgen/app/result_outputs.h"

#include <array>
#include <exception>
#include <utility>

#include "loadgen/app/failure.h"

namespace iotcpd::loadgen {
namespace {

using Results = std::span<const NamedResult>;

struct Format {
  std::string_view option;
  std::string (*write)(Results);
};

constexpr std::array kFormats{
    Format{"json", [](Results results) { return jsonReport(*results.front().result); }},
    Format{"hgrm", [](Results results) { return hgrmReport(*results.front().result); }},
    Format{"junit", [](Results results) { return junitReport(*results.front().result); }},
    Format{"html", [](Results results) { return htmlReport(results); }},
};

}  // namespace

ResultOutputs::ResultOutputs(const CommandLine& commandLine) {
  for (const Format& format : kFormats) {
    const std::string* path = commandLine.value(format.option);
    if (path != nullptr) outputs_.push_back({format.write, ReportFile(*path)});
  }
}

void ResultOutputs::write(std::span<const NamedResult> results) {
  std::exception_ptr first;
  for (Output& output : outputs_) {
    try {
      output.file.write(output.format(results));
    } catch (const Failure&) {
      if (!first) first = std::current_exception();
    }
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace iotcpd::loadgen
