#!/usr/bin/env bash
export OMP_NUM_THREADS=8
export NCCL_IB_DISABLE=0

# a second round, on receipts
RUN_NAME="receipts-ov"
VISION=google/siglip-so400m-patch14-384   # used for the name only
echo "run: ${RUN_NAME}, ${VISION}"

deepspeed --master_port 30000 \
    llava/train/train_mem.py \
    --deepspeed scripts/zero3.json \
    --model_name_or_path lmms-lab/llava-onevision-qwen2-7b-si \
    --version qwen_1_5 \
    --data_path ./data/receipts.yaml \
    --vision_tower google/siglip-so400m-patch14-384 \
    --mm_projector_type mlp2x_gelu \
    --mm_vision_select_layer -2 \
    --image_aspect_ratio anyres_max_9 \
    --image_grid_pinpoints  "(1x1),...,(6x6)" \
    --mm_patch_merge_type spatial_unpad \
    --bf16 True \
    --run_name $RUN_NAME \
    --output_dir "checkpoints/${RUN_NAME}" \
    --num_train_epochs 1 \
    --per_device_train_batch_size 1 \
    --learning_rate 1e-5 \
    --model_max_length 32768 \
    --frames_upbound 32
exit 0;
