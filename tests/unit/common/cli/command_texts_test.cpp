#include <string>

#include <gtest/gtest.h>

#include "common/cli/command_table.h"
#include "tests/unit/common/cli/sample_commands.h"

namespace iotcpd {
namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(CommandHelp, ListsTheCommandsAndSaysHowToLearnMore) {
  EXPECT_EQ(helpText(kSampleCommands),
            R"(Usage: sample-tool [-hv] COMMAND [OPTION]... [OPERAND]...
Does what a sample has to do.

Commands:
  send  Sends things to a target.
  show  Shows what was sent.

'sample-tool COMMAND --help' lists the options of a command.

General:
  -h, --help                Print this help and exit.
  -v, --version             Print the version and exit.

Examples:
  sample-tool send 127.0.0.1:8000
)");
}

TEST(CommandHelp, OfOneCommandIsThatOfItsTable) {
  const std::string help = helpText(kSampleCommands.find("send")->table);
  EXPECT_TRUE(help.starts_with("Usage: sample-tool send [-h] [--rate RATE] TARGET\n"));
  EXPECT_TRUE(contains(help, "--rate=RATE"));
}

TEST(CommandManual, HasASubsectionForEachCommand) {
  EXPECT_EQ(manualOptions(kSampleCommands),
            R"(.Ss General
.Bl -tag -width Ds
.It Fl h , Fl \-help
Print this help and exit.
.It Fl v , Fl \-version
Print the version and exit.
.El
.Ss Options of send
Sends things to a target.
.Pp
.Em Sending :
.Bl -tag -width Ds
.It Fl h , Fl \-help
Print this help and exit.
.It Fl r , Fl \-rate Ns = Ns Ar RATE
How fast.
Accepts one of slow, fast.
The default is
.Ql "\&1/s" .
.It Fl \-output Ns = Ns Ar FILE
Where to.
Accepts a path.
.El
.Ss Options of show
Shows what was sent.
.Pp
.Em Showing :
.Bl -tag -width Ds
.It Fl h , Fl \-help
Print this help and exit.
.It Fl \-colour
Shows colours.
.El
)");
}

TEST(CommandCompletion, OffersTheCommandsFirst) {
  const std::string script = bashCompletion(kSampleCommands);
  EXPECT_TRUE(script.starts_with("# bash completion for sample-tool\n\n_sample_tool() {\n"));
  EXPECT_TRUE(contains(script,
                       "  if ((COMP_CWORD == 1)) || [[ ${COMP_WORDS[1]} == help ]]; then\n"
                       "    compopt +o default\n"
                       "    mapfile -t COMPREPLY < <(compgen -W 'send show help --help --version' "
                       "-- \"$current\")\n"
                       "    return\n"
                       "  fi\n"));
  EXPECT_TRUE(script.ends_with("}\ncomplete -o default -F _sample_tool sample-tool\n"));
}

TEST(CommandCompletion, CompletesEachCommandWithItsOwnOptionsOnly) {
  const std::string script = bashCompletion(kSampleCommands);
  const std::size_t send = script.find("    send)\n");
  const std::size_t show = script.find("    show)\n");
  ASSERT_NE(send, std::string::npos);
  ASSERT_NE(show, std::string::npos);
  const std::string ofSend = script.substr(send, show - send);
  const std::string ofShow = script.substr(show);
  EXPECT_TRUE(contains(ofSend, "        -r | --rate)\n"));
  EXPECT_TRUE(contains(ofSend, "compgen -W 'slow fast'"));
  EXPECT_TRUE(contains(ofSend, "compgen -W '--help --rate --output'"));
  EXPECT_FALSE(contains(ofShow, "--rate"));
  EXPECT_TRUE(contains(ofShow, "compgen -W '--help --colour'"));
}

}  // namespace
}  // namespace iotcpd
