#include "server/cli/command_line.hpp"

int main(int argc, char** argv) { return hotline::cli::run(argc, argv); }
