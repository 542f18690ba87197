#include "tests/fuzz/result_file_properties.h"

#include "loadgen/report/reports.h"
#include "tests/fuzz/memory_file.h"

namespace iotcpd::fuzz {
namespace {

using loadgen::jsonReport;
using loadgen::readResult;
using loadgen::Result;
using loadgen::ResultFileError;

std::string againTrouble(const Result& result) {
  const std::string written = jsonReport(result);
  try {
    const MemoryFile copy(written);
    const std::string again = jsonReport(readResult(copy.path()));
    return again == written ? "" : "reads back as another:\n" + written + "\n" + again;
  } catch (const ResultFileError& error) {
    return std::string("does not read back: ") + error.what() + "\n" + written;
  }
}

}  // namespace

std::string resultFileTrouble(std::string_view content) {
  const MemoryFile file(content);
  try {
    return againTrouble(readResult(file.path()));
  } catch (const ResultFileError& error) {
    const std::string_view what = error.what();
    if (what.find('\n') != std::string_view::npos) return "refused in more than one line";
    if (what.find(file.path()) == std::string_view::npos) return "refused without a name";
    return {};
  }
}

}  // namespace iotcpd::fuzz
