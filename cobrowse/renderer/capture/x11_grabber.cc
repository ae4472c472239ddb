#include "cobrowse/renderer/capture/x11_grabber.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <libyuv.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xcb/shm.h>

#include <string_view>
#include <utility>

#include "base/check.h"
#include "cobrowse/renderer/capture/file_handle.h"

namespace turnpike::capture {
namespace {

constexpr int kBytesPerPixel = 4;
constexpr unsigned kDepth = 24;
constexpr std::uint32_t kAllPlanes = ~0U;

/// Empty: fine.
std::string check_screen(const X11Connection& connection, int width, int height) {
  const xcb_screen_t& screen = connection.screen();
  if (screen.width_in_pixels < width || screen.height_in_pixels < height) {
    return fmt::format("a picture of {}x{} does not fit into the screen of {}x{}", width, height,
                       screen.width_in_pixels, screen.height_in_pixels);
  }
  const xcb_setup_t* setup = xcb_get_setup(connection.get());
  bool is_known = false;
  for (auto format = xcb_setup_pixmap_formats_iterator(setup); format.rem > 0;
       xcb_format_next(&format)) {
    is_known |= format.data->depth == kDepth && format.data->bits_per_pixel == kBytesPerPixel * 8;
  }
  if (screen.root_depth != kDepth || !is_known ||
      setup->image_byte_order != XCB_IMAGE_ORDER_LSB_FIRST) {
    return fmt::format("the screen has a depth of {}: 24, in 32 bits, little endian, is wanted",
                       screen.root_depth);
  }
  return {};
}

/// Memory that nobody can make smaller under us.
FileHandle make_memory(std::size_t size) {
  FileHandle file(::memfd_create("turnpike-capture", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file.is_open() || ::ftruncate(file.fd(), static_cast<off_t>(size)) != 0 ||
      ::fcntl(file.fd(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) {
    return {};
  }
  return file;
}

bool attach(xcb_connection_t* connection, std::uint32_t segment, FileHandle file) {
  const auto request = xcb_shm_attach_fd_checked(connection, segment, file.release(), 0);
  const X11Reply<xcb_generic_error_t> error(xcb_request_check(connection, request));
  return error == nullptr && xcb_connection_has_error(connection) == 0;
}

}  // namespace

void X11Grabber::Unmap::operator()(std::uint8_t* memory) const {
  ::munmap(memory, size);
}

Result<X11Grabber, std::string> X11Grabber::open(const X11Connection& connection, int width,
                                                 int height) {
  if (std::string problem = check_screen(connection, width, height); !problem.empty()) {
    return fail(std::move(problem));
  }
  if (!connection.has_extension(xcb_shm_id)) {
    return fail(std::string("the X server does not share memory (MIT-SHM)"));
  }
  const auto size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                    static_cast<std::size_t>(kBytesPerPixel);
  FileHandle file = make_memory(size);
  auto* start = file.is_open()
                    ? ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd(), 0)
                    : MAP_FAILED;
  if (start == MAP_FAILED) {
    return fail(fmt::format("no {} bytes of shared memory: {}", size, error_text(errno)));
  }
  Memory memory(static_cast<std::uint8_t*>(start), Unmap{size});
  const std::uint32_t segment = xcb_generate_id(connection.get());
  if (!attach(connection.get(), segment, std::move(file))) {
    return fail(std::string("the X server refuses to share memory (MIT-SHM 1.2, AttachFd)"));
  }
  return X11Grabber(connection, std::move(memory), segment);
}

Result<void, std::string> X11Grabber::grab(const media::Box& box, media::Picture& picture) {
  CHECK(box == media::even_part(box, picture.width(), picture.height()));
  const auto request = xcb_shm_get_image(
      connection_->get(), connection_->screen().root, static_cast<std::int16_t>(box.x),
      static_cast<std::int16_t>(box.y), static_cast<std::uint16_t>(box.width),
      static_cast<std::uint16_t>(box.height), kAllPlanes, XCB_IMAGE_FORMAT_Z_PIXMAP, segment_, 0);
  xcb_generic_error_t* error = nullptr;
  const X11Reply<xcb_shm_get_image_reply_t> reply(
      xcb_shm_get_image_reply(connection_->get(), request, &error));
  const X11Reply<xcb_generic_error_t> owned_error(error);
  if (reply == nullptr) {
    return fail(error != nullptr ? fmt::format("the X server does not show its screen, error {}",
                                               error->error_code)
                                 : std::string("the X server has gone"));
  }
  libyuv::ARGBToI420(memory_.get(), box.width * kBytesPerPixel, picture.luma(box.x, box.y),
                     picture.luma_stride(), picture.blue(box.x, box.y), picture.chroma_stride(),
                     picture.red(box.x, box.y), picture.chroma_stride(), box.width, box.height);
  return {};
}

}  // namespace turnpike::capture
