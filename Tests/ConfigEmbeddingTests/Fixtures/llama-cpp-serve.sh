#!/bin/sh
# on the laptop, for one person
set -eu

PORT="${PORT:-8080}"
THREADS=6    # two are left for the rest

# nothing is kept between starts
CACHE="$(mktemp -d)"
export LLAMA_CACHE="$CACHE"
echo "cache in $CACHE, port $PORT"

exec llama-server -hf ggml-org/Qwen2.5-VL-7B-Instruct-GGUF \
  --host 127.0.0.1   --port "$PORT" \
  --threads "$THREADS" \
  --n-gpu-layers 99 \
  --image-min-tokens 64 \
  --image-max-tokens 1024 \
  --jinja \
  -c 16384   # as much as the card holds
