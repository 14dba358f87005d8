# cmake -DIN=plugin.yaml -DOUT=... -DABI=program -P stamp_abi.cmake: writes the manifest with its ABI record.
execute_process(COMMAND ${ABI} OUTPUT_VARIABLE record OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
file(READ ${IN} text)
file(WRITE ${OUT} "${text}abi: \"${record}\"\n")
