// report-sample FORMAT SAMPLE...: prints a report on a run that nobody has made, in one of
// text, json, hgrm, junit, csv, hlog, html (of several) and reread (a result file instead of a
// sample, read and written again). For tests of what the reports look like to other programs.

#include <cstdio>
#include <exception>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "loadgen/report/csv_writer.h"
#include "loadgen/report/hlog_file.h"
#include "loadgen/report/reports.h"
#include "tests/unit/loadgen/report/sample_results.h"

namespace {

using namespace iotcpd::loadgen;

constexpr const char* kStdout = "/dev/stdout";

int streamTo(auto&& sink, const Sample& sample) {
  for (const RunInterval& interval : sample.intervals) sink.onInterval(interval);
  const std::string trouble = sink.close();
  std::cerr << trouble;
  return trouble.empty() ? 0 : 74;
}

int printSeveral(std::span<char*> names) {
  std::vector<Sample> samples;
  for (const char* name : names) samples.push_back(makeSample(name));
  std::vector<NamedResult> results;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    results.push_back({std::string(names[i]) + ".json", &samples[i].result});
  }
  std::cout << htmlReport(results);
  return 0;
}

int printOne(const std::string& format, const Sample& sample) {
  const Result& result = sample.result;
  if (format == "csv") {
    CsvWriter csv(kStdout);
    csv.begin();
    return streamTo(csv, sample);
  }
  if (format == "hlog") {
    HlogFile hlog(kStdout);
    hlog.begin(result.run.started);
    return streamTo(hlog, sample);
  }
  if (format == "text") {
    std::cout << textReport(result);
  } else if (format == "json") {
    std::cout << jsonReport(result);
  } else if (format == "hgrm") {
    std::cout << hgrmReport(result);
  } else if (format == "junit") {
    std::cout << junitReport(result);
  } else {
    std::cerr << "unknown format\n";
    return 64;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() < 3) {
    std::cerr << "usage: report-sample FORMAT SAMPLE...\n";
    return 64;
  }
  try {
    const std::string format = arguments[1];
    if (format == "html") return printSeveral(arguments.subspan(2));
    if (format == "reread") {
      std::cout << jsonReport(readResult(arguments[2]));
      return 0;
    }
    return printOne(format, makeSample(arguments[2]));
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 64;
  }
}
