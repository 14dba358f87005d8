# What is installed of the SDK. Component `runtime`: the library. Component `dev`: what plugins are built
# and tested with, where find_package(podload) finds it, the template of `podloadd plugin new`, the examples and their
# documentation. Target `docs`: its documentation, where doxygen is.
include(CMakePackageConfigHelpers)
find_program(DOXYGEN doxygen)
if(DOXYGEN)
  configure_file(sdk/Doxyfile.in Doxyfile @ONLY)
  add_custom_target(docs COMMAND ${DOXYGEN} ${CMAKE_CURRENT_BINARY_DIR}/Doxyfile COMMENT "the SDK's documentation" VERBATIM)
endif()

install(TARGETS podload_sdk EXPORT podload LIBRARY DESTINATION lib COMPONENT runtime)
set_target_properties(podload_sdk PROPERTIES EXPORT_NAME sdk)
# Asked for by name, a component that is not there must not succeed.
if(NOT PODLOAD_DEV)
  install(CODE [[message(FATAL_ERROR "podload: this build has no component `dev`: it was configured with PODLOAD_DEV=OFF, as deploy/up does. "
    "Configure another build folder: cmake -S . -B BUILD -G Ninja, cmake --build BUILD.")]] COMPONENT dev EXCLUDE_FROM_ALL)
  return()
endif()
install(CODE [[if(NOT EXISTS "$<TARGET_FILE:podload_conformance>" OR NOT EXISTS "$<TARGET_FILE:podload_testing>")
  message(FATAL_ERROR "podload: the component `dev` is not built: cmake --build BUILD")
endif()]] COMPONENT dev EXCLUDE_FROM_ALL)
install(TARGETS podload_testing EXPORT podload LIBRARY DESTINATION lib COMPONENT dev)
set_target_properties(podload_testing PROPERTIES EXPORT_NAME testing)
install(TARGETS podload_conformance EXPORT podload RUNTIME DESTINATION libexec/podload COMPONENT dev)
set_target_properties(podload_conformance PROPERTIES EXPORT_NAME conformance)
install(DIRECTORY sdk/include/ sdk/testing/ DESTINATION include COMPONENT dev FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY sdk/template/your-plugin/ DESTINATION share/podload/plugin-template COMPONENT dev)
foreach(example notes sso-proxy change-ticket)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/tests/examples/${example} DESTINATION share/podload/examples COMPONENT dev)
endforeach()
install(FILES docs/plugin.md docs/workload-type.md docs/api.md ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/podload COMPONENT dev)

set(package lib/cmake/podload)
install(EXPORT podload NAMESPACE podload:: FILE podloadTargets.cmake DESTINATION ${package} COMPONENT dev)
foreach(file PodloadPlugin.cmake write_manifest.cmake exports.map print_abi.cpp)
  install(FILES ${CMAKE_CURRENT_LIST_DIR}/${file} DESTINATION ${package} COMPONENT dev)
endforeach()
string(REGEX MATCH "^[0-9]+" PODLOAD_COMPILER_MAJOR ${CMAKE_CXX_COMPILER_VERSION})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/podloadConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/podloadConfig.cmake
  INSTALL_DESTINATION ${package} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/podloadConfigVersion.cmake VERSION ${PODLOAD_SDK_VERSION}
  COMPATIBILITY SameMajorVersion)
# The host's own record, to hold a plugin's against while that is built.
add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/podloadAbi.cmake
  COMMAND ${CMAKE_COMMAND} -DABI=$<TARGET_FILE:podload_abi> -DOUT=${CMAKE_CURRENT_BINARY_DIR}/podloadAbi.cmake
          -P ${CMAKE_CURRENT_LIST_DIR}/write_abi.cmake
  DEPENDS podload_abi ${CMAKE_CURRENT_LIST_DIR}/write_abi.cmake VERBATIM)
add_custom_target(podload_abi_record ALL DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/podloadAbi.cmake)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/podloadConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/podloadConfigVersion.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/podloadAbi.cmake DESTINATION ${package} COMPONENT dev)
