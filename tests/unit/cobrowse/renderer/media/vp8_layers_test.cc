#include "cobrowse/renderer/media/vp8_layers.h"

#include <gtest/gtest.h>

#include <vector>

namespace turnpike::media {
namespace {

TEST(Vp8Layers, FollowThePattern) {
  Vp8Layers layers;
  std::vector<int> ids;
  std::vector<int> positions;
  for (int n = 0; n < 9; ++n) {
    const LayerFrame frame = layers.next(false);
    ids.push_back(frame.temporal_id);
    positions.push_back(frame.temporal_position);
  }
  EXPECT_EQ(ids, (std::vector<int>{0, 2, 1, 2, 0, 2, 1, 2, 0}));
  EXPECT_EQ(positions, (std::vector<int>{0, 0, 0, 0, 1, 1, 1, 1, 2}));
}

TEST(Vp8Layers, NothingLooksAtTheHighestLayer) {
  Vp8Layers layers;
  for (int n = 0; n < 8; ++n) {
    const LayerFrame frame = layers.next(false);
    EXPECT_EQ(frame.updates_last, frame.temporal_id == 0);
    EXPECT_EQ(frame.updates_golden, frame.temporal_id == 1);
  }
}

TEST(Vp8Layers, ASyncFrameLooksAtTheBaseLayerAlone) {
  Vp8Layers layers;
  for (int n = 0; n < 8; ++n) {
    const LayerFrame frame = layers.next(false);
    EXPECT_EQ(frame.is_layer_sync, frame.temporal_id > 0 && !frame.uses_golden) << n;
  }
}

TEST(Vp8Layers, ABaseFrameStartsThePatternAnew) {
  Vp8Layers layers;
  layers.next(false);
  layers.next(false);
  layers.next(false);  // layer 1 is in golden now
  const LayerFrame base = layers.next(true);
  EXPECT_EQ(base.temporal_id, 0);
  EXPECT_EQ(base.temporal_position, 1);
  const LayerFrame second = layers.next(false);
  EXPECT_EQ(second.temporal_id, 2);
  EXPECT_FALSE(second.uses_golden);  // which is of the pattern before
  EXPECT_EQ(second.temporal_position, 1);
}

TEST(Vp8Layers, ThePositionWraps) {
  Vp8Layers layers;
  for (int n = 0; n < 256; ++n) layers.next(true);
  EXPECT_EQ(layers.next(true).temporal_position, 0);
}

}  // namespace
}  // namespace turnpike::media
