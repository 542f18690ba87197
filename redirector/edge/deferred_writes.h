#pragma once

#include <vector>

namespace iotcpd::redirector {

/// Writes gathered over a pass of the loop, so that each descriptor is written to once for all that
/// the pass has brought it.
class DeferredWrites {
 public:
  /// Somebody with something to write. Withdraws itself when it is destroyed.
  class Writer {
   public:
    Writer() = default;
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// The end of the pass. May defer anybody, itself included, and withdraw others.
    virtual void writeGathered() = 0;

    /// DeferredWrites's own.
    DeferredWrites* deferredIn = nullptr;

   protected:
    ~Writer();
  };

  /// Has `writer` write at the end of the pass; once, however often it is deferred before.
  void defer(Writer& writer);
  /// Does nothing when it is not deferred.
  void withdraw(Writer& writer);
  /// The end of the pass: everybody writes, those deferred meanwhile too.
  void run();

 private:
  std::vector<Writer*> writers_;  ///< nullptr: withdrawn
};

}  // namespace iotcpd::redirector
