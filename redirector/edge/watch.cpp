#include "redirector/edge/watch.h"

#include <Poco/NObserver.h>

namespace iotcpd::redirector {

using Poco::Net::ReadableNotification;
using Poco::Net::WritableNotification;
using ReadableObserver = Poco::NObserver<Watch, ReadableNotification>;
using WritableObserver = Poco::NObserver<Watch, WritableNotification>;

Watch::Watch(Poco::Net::SocketReactor& reactor, int fd, std::function<void()> onReady)
    : reactor_(reactor), socket_(fd), onReady_(std::move(onReady)) {}

Watch::~Watch() { want(Interest::kNothing); }

void Watch::want(Interest interest) {
  if (interest == interest_) return;
  if (interest_ == Interest::kReadable) {
    reactor_.removeEventHandler(socket_, ReadableObserver(*this, &Watch::onReadable));
  } else if (interest_ == Interest::kWritable) {
    reactor_.removeEventHandler(socket_, WritableObserver(*this, &Watch::onWritable));
  }
  interest_ = interest;
  if (interest == Interest::kReadable) {
    reactor_.addEventHandler(socket_, ReadableObserver(*this, &Watch::onReadable));
  } else if (interest == Interest::kWritable) {
    reactor_.addEventHandler(socket_, WritableObserver(*this, &Watch::onWritable));
  }
}

void Watch::onReadable(const Poco::AutoPtr<ReadableNotification>& /*notification*/) { onReady_(); }

void Watch::onWritable(const Poco::AutoPtr<WritableNotification>& /*notification*/) { onReady_(); }

}  // namespace iotcpd::redirector
