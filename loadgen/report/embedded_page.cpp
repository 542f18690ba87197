#include "loadgen/report/embedded_page.h"

// The assembler takes the files as they are: no step that copies them, and no array of 300,000
// numbers for the compiler. CMakeLists.txt says that this source depends on them.
#define IOTCPD_EMBED(NAME, FILE)         \
  asm(".pushsection .rodata\n"           \
      ".global iotcpd_" NAME             \
      "\n"                               \
      "iotcpd_" NAME ": .incbin \"" FILE \
      "\"\n"                             \
      ".global iotcpd_" NAME             \
      "_end\n"                           \
      "iotcpd_" NAME                     \
      "_end: .byte 0\n"                  \
      ".popsection\n")

IOTCPD_EMBED("page_html", IOTCPD_PAGE_FOLDER "/page.html");
IOTCPD_EMBED("page_css", IOTCPD_PAGE_FOLDER "/page.css");
IOTCPD_EMBED("page_charts_js", IOTCPD_PAGE_FOLDER "/page_charts.js");
IOTCPD_EMBED("page_js", IOTCPD_PAGE_FOLDER "/page.js");
IOTCPD_EMBED("chart_js", IOTCPD_CHART_JS);

extern "C" {
extern const char iotcpd_page_html[], iotcpd_page_html_end[];
extern const char iotcpd_page_css[], iotcpd_page_css_end[];
extern const char iotcpd_page_charts_js[], iotcpd_page_charts_js_end[];
extern const char iotcpd_page_js[], iotcpd_page_js_end[];
extern const char iotcpd_chart_js[], iotcpd_chart_js_end[];
}

namespace iotcpd::loadgen {

EmbeddedPage embeddedPage() {
  return {{iotcpd_page_html, iotcpd_page_html_end},
          {iotcpd_page_css, iotcpd_page_css_end},
          {iotcpd_page_charts_js, iotcpd_page_charts_js_end},
          {iotcpd_page_js, iotcpd_page_js_end},
          {iotcpd_chart_js, iotcpd_chart_js_end}};
}

}  // namespace iotcpd::loadgen
