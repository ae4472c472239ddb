// A main() for a fuzz target without libFuzzer: runs the target once over every file of the folders
// (or files) named on the command line, so that the corpus is checked by ctest under every compiler
// and sanitizer. It does not invent inputs; that is what the `fuzz` preset is for.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_under(const fs::path& root) {
  if (fs::is_regular_file(root)) return {root};
  std::vector<fs::path> files;
  if (!fs::is_directory(root)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());  // the same order on every machine
  return files;
}

void replay(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::vector<std::uint8_t> input{std::istreambuf_iterator<char>(in), {}};
  // Kept exactly as large as the input, so that a sanitizer sees a read past its end.
  input.shrink_to_fit();
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    for (const fs::path& file : files_under(argv[i])) {
      std::fprintf(stderr, "%s\n", file.c_str());
      replay(file);
      ++count;
    }
  }
  std::printf("replayed %zu inputs\n", count);
  if (count == 0)
    std::fprintf(stderr, "no corpus file found: name at least one folder with inputs\n");
  return count == 0 ? 1 : 0;
}
