// Where the picture is inside the stage, and what a point of the window is on it. The picture is
// letterboxed: what is beside it is not the shared page.

export const FULL = 65535;

export class Picture {
  constructor({ surface, video }) {
    Object.assign(this, { surface, video });
    this.frame = { id: 0, width: 1280, height: 720 };
    this.older = null;
  }

  onFrame({ id, width, height }) {
    this.older = this.frame;
    this.frame = { id, width, height };
  }

  /** The size whose picture is on the screen: the news of a new size may be ahead of its first
   *  picture. */
  shown() {
    const { videoWidth, videoHeight } = this.video;
    const fits = (one) => Math.abs(one.width * videoHeight - one.height * videoWidth)
      <= 0.01 * one.height * videoWidth;
    if (videoWidth > 0 && this.older && !fits(this.frame) && fits(this.older)) {
      return this.older;
    }
    return this.frame;
  }

  /** In the window's coordinates. */
  rect() {
    const box = this.surface.getBoundingClientRect();
    const { width, height } = this.shown();
    const scale = Math.min(box.width / width, box.height / height);
    return {
      left: box.left + (box.width - width * scale) / 2,
      top: box.top + (box.height - height * scale) / 2,
      width: width * scale,
      height: height * scale,
    };
  }

  /** {x, y, f}, or null outside of the picture; `clamp` brings a drag that left it to the edge. */
  point(clientX, clientY, clamp = false) {
    const rect = this.rect();
    const x = (clientX - rect.left) / rect.width;
    const y = (clientY - rect.top) / rect.height;
    if (!clamp && (x < 0 || y < 0 || x > 1 || y > 1)) {
      return null;
    }
    const whole = (share) => Math.round(Math.min(Math.max(share, 0), 1) * FULL);
    return { x: whole(x), y: whole(y), f: this.shown().id };
  }
}
