#include "cobrowse/renderer/capture/file_handle.h"

#include <string.h>
#include <unistd.h>

namespace turnpike::capture {

void FileHandle::close() {
  const int fd = release();
  if (fd >= 0) ::close(fd);
}

const char* error_text(int error) {
  const char* text = ::strerrordesc_np(error);
  return text == nullptr ? "unknown error" : text;
}

}  // namespace turnpike::capture
