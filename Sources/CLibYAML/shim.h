// libyaml's public header, under the module name CLibYAML.
#include <yaml.h>
