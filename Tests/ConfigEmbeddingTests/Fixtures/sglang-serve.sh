#!/bin/sh
# behind the proxy
python3 -m sglang.launch_server --model-path Qwen/Qwen2.5-VL-7B-Instruct \
  --host 0.0.0.0 --port 30000 \
  --mm-process-config '{"image":{"max_pixels":1003520}}' \
  --context-length 32768
