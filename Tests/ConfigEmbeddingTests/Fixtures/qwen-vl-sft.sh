#!/bin/bash
# 单机八卡
MASTER_ADDR=${MASTER_ADDR:-"127.0.0.1"}
NPROC_PER_NODE=${NPROC_PER_NODE:-8}

deepspeed=./scripts/zero3.json
llm=Qwen/Qwen2.5-VL-3B-Instruct
lr=2e-7
datasets=receipts%50,charts   # names of our own
entry_file=qwenvl/train/train_qwen.py

args="
    --deepspeed ${deepspeed} \
    --model_name_or_path "${llm}" \
    --dataset_use ${datasets} \
    --tune_mm_vision False \
    --bf16 \
    --max_pixels 50176 \
    --min_pixels 784 \
    --learning_rate ${lr} \
    --model_max_length 8192 \
    --output_dir ./output"

torchrun --nproc_per_node=${NPROC_PER_NODE} \
         --master_addr=${MASTER_ADDR} \
         ${entry_file} ${args}
