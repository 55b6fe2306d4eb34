#!/bin/sh
exec llama-server -hf ggml-org/Qwen2.5-VL-7B-Instruct-GGUF \
  --image-min-tokens 64 \
  --image-max-tokens 1024 \
  -c 16384   # as much as the card holds
