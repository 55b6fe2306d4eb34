#!/bin/sh
# behind the proxy, so any address will do
set -eu

PORT="${PORT:-30000}"
LOGS=/var/log/pictures
mkdir -p "$LOGS"

# one card; the other one trains
export CUDA_VISIBLE_DEVICES=0

python3 -m sglang.launch_server --model-path Qwen/Qwen2.5-VL-7B-Instruct \
  --host 0.0.0.0 --port "$PORT" \
  --served-model-name pictures \
  --dtype bfloat16 \
  --tp-size   1 \
  --mem-fraction-static 0.8 \
  --mm-process-config '{"image":{"max_pixels":1003520}}' \
  --context-length 32768 \
  --log-level warning \
  2>> "$LOGS/server.err"   # turned over each night
