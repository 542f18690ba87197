#pragma once

#include "fake-daemons/actions/effect.h"
#include "fake-daemons/grammar/action_type.h"

// The start functions of the action families, one source file each. REQUIRES of all: arguments that
// fit the parameters in action_table.cpp.
namespace iotcpd::fake {

using Arguments = std::vector<Argument>;
using EffectPtr = std::unique_ptr<Effect>;

// delays.cpp: time passes
EffectPtr startSleep(const Arguments& arguments);
EffectPtr startSpin(const Arguments& arguments);
EffectPtr startHang(const Arguments& arguments);
EffectPtr startHold(const Arguments& arguments);

// endings.cpp: the process ends
EffectPtr startExit(const Arguments& arguments);
EffectPtr startKill(const Arguments& arguments);
EffectPtr startAbort(const Arguments& arguments);

// reply_delivery.cpp: whether and how the reply is written
EffectPtr startDrop(const Arguments& arguments);
EffectPtr startDribble(const Arguments& arguments);

// reply_text.cpp: what the reply is
EffectPtr startTruncate(const Arguments& arguments);
EffectPtr startNoNewline(const Arguments& arguments);
EffectPtr startOversize(const Arguments& arguments);
EffectPtr startGarbage(const Arguments& arguments);
EffectPtr startDuplicate(const Arguments& arguments);
EffectPtr startWrongId(const Arguments& arguments);

// stray_output.cpp: bytes that nobody asked for
EffectPtr startExtraLine(const Arguments& arguments);
EffectPtr startLate(const Arguments& arguments);
EffectPtr startChatter(const Arguments& arguments);

// descriptors.cpp: stdin and stdout
EffectPtr startCloseStdout(const Arguments& arguments);
EffectPtr startCloseStdin(const Arguments& arguments);
EffectPtr startStopReading(const Arguments& arguments);

// stderr_output.cpp
EffectPtr startStderr(const Arguments& arguments);

// children.cpp
EffectPtr startLingerChild(const Arguments& arguments);

// signals.cpp
EffectPtr startIgnore(const Arguments& arguments);

}  // namespace iotcpd::fake
