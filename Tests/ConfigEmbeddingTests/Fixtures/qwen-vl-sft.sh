#!/bin/bash
# 单机八卡
MASTER_ADDR=${MASTER_ADDR:-"127.0.0.1"}
MASTER_PORT=${MASTER_PORT:-$(shuf -i 20001-29999 -n 1)}
NPROC_PER_NODE=${NPROC_PER_NODE:-8}

deepspeed=./scripts/zero3.json
llm=Qwen/Qwen2.5-VL-3B-Instruct
lr=2e-7
batch_size=4   # for each card
grad_accum_steps=4
datasets=receipts%50,charts   # names of our own
entry_file=qwenvl/train/train_qwen.py
run_name="receipts-first"
output_dir=./output

args="
    --deepspeed ${deepspeed} \
    --model_name_or_path "${llm}" \
    --dataset_use ${datasets} \
    --data_flatten True \
    --tune_mm_vision False \
    --tune_mm_mlp True \
    --tune_mm_llm True \
    --bf16 \
    --output_dir ${output_dir} \
    --num_train_epochs 0.5 \
    --per_device_train_batch_size ${batch_size} \
    --gradient_accumulation_steps ${grad_accum_steps} \
    --max_pixels 50176 \
    --min_pixels 784 \
    --save_steps 1000 \
    --learning_rate ${lr} \
    --lr_scheduler_type "cosine" \
    --model_max_length 8192 \
    --run_name ${run_name} \
    --report_to none"

torchrun --nproc_per_node=${NPROC_PER_NODE} \
         --master_addr=${MASTER_ADDR} \
         --master_port=${MASTER_PORT} \
         ${entry_file} ${args}
