// Kubernetes' JSON, read without copying: the SDK's JsonView, under the name that this plugin's
// files include it by.
#pragma once

#include "podload/json_view.hpp"
