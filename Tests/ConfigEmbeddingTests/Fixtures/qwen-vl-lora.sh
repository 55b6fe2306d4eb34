#!/bin/bash
MODEL_NAME="Qwen/Qwen2.5-VL-7B-Instruct"
# MODEL_NAME="Qwen/Qwen2-VL-2B-Instruct"

export PYTHONPATH=src:$PYTHONPATH
GLOBAL_BATCH=$((4 * 8))   # cards times samples
# before it was: --max_pixels $((512 * 28 * 28))

deepspeed src/train.py \
    --use_liger True \
    --deepspeed scripts/zero2.json \
    --lora_enable True \
    --lora_rank 32 \
    --lora_alpha 64 \
    --model_id $MODEL_NAME \
    --data_path "/data/it's here/train.json" \
    --image_folder /data/pictures \
    --freeze_vision_tower True \
    --output_dir output/lora \
    --num_train_epochs 1 \
    --per_device_train_batch_size 4 \
    --max_pixels $((1280 * 28 * 28)) \
    --min_pixels $((256 * 28 * 28)) \
    --learning_rate 1e-4 \
    --max_seq_length 32768 \
    --report_to tensorboard   # the last flag, so a comment may stand here

# samples of a step, for the log
echo "global batch: ${GLOBAL_BATCH}"  # 32
