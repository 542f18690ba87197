#include "loadgen/drive/connection_pool.h"

namespace iotcpd::loadgen {

Connection* ConnectionPool::take() {
  if (size_ == 0) return nullptr;
  for (List& list : lists_) {
    if (list.first == nullptr) continue;
    Connection* connection = list.first;
    remove(*connection);
    return connection;
  }
  return nullptr;
}

void ConnectionPool::put(Connection& connection) {
  remove(connection);
  if (!connection.hasRoom()) return;
  connection.list_ = connection.outstanding();
  List& list = lists_[connection.list_];
  connection.previous_ = list.last;
  connection.next_ = nullptr;
  (list.last == nullptr ? list.first : list.last->next_) = &connection;
  list.last = &connection;
  ++size_;
}

void ConnectionPool::remove(Connection& connection) {
  if (connection.list_ == Connection::kInNoList) return;
  List& list = lists_[connection.list_];
  Connection* before = connection.previous_;
  Connection* after = connection.next_;
  (before == nullptr ? list.first : before->next_) = after;
  (after == nullptr ? list.last : after->previous_) = before;
  connection.list_ = Connection::kInNoList;
  --size_;
}

}  // namespace iotcpd::loadgen
