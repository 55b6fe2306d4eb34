#!/bin/bash
MODEL_NAME="Qwen/Qwen2.5-VL-7B-Instruct"
# MODEL_NAME="Qwen/Qwen2-VL-2B-Instruct"

export PYTHONPATH=src:$PYTHONPATH
GLOBAL_BATCH=$((4 * 8))   # cards times samples

deepspeed src/train.py \
    --use_liger True \
    --model_id $MODEL_NAME \
    --data_path "/data/it's here/train.json" \
    --max_pixels $((1280 * 28 * 28)) \
    --min_pixels $((256 * 28 * 28)) \
    --learning_rate 1e-4 \
    --max_seq_length 32768 \
    --report_to tensorboard
