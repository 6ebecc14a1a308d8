// A sample picture: hills in the morning, slightly different each time.

import { exifWith } from './position.js';

export const samplePicture = () => drawn('morning.png', 'image/png');

/** The same hills as a phone would store them: with the position where the picture was taken. */
export async function samplePhoto() {
  const photo = await drawn('morning.jpg', 'image/jpeg');
  const exif = exifWith({ latitude: 51.79917, longitude: 10.61556 });
  return new File([photo.slice(0, 2), exif, photo.slice(2)], photo.name, { type: photo.type });
}

async function drawn(name, type) {
  const width = 960;
  const height = 640;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d');
  const shift = Math.random();

  const sky = pen.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, `hsl(${190 + shift * 16} 52% 62%)`);
  sky.addColorStop(0.55, `hsl(${36 + shift * 10} 82% 84%)`);
  sky.addColorStop(1, 'hsl(24 80% 88%)');
  pen.fillStyle = sky;
  pen.fillRect(0, 0, width, height);

  const sunX = width * (0.3 + shift * 0.4);
  const sunY = height * 0.4;
  const glow = pen.createRadialGradient(sunX, sunY, 0, sunX, sunY, height * 0.75);
  glow.addColorStop(0, 'rgb(255 250 230 / 0.9)');
  glow.addColorStop(0.3, 'rgb(255 250 230 / 0.35)');
  glow.addColorStop(0.65, 'rgb(255 250 230 / 0.08)');
  glow.addColorStop(1, 'rgb(255 250 230 / 0)');
  pen.fillStyle = glow;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = '#fff6dc';
  pen.beginPath();
  pen.arc(sunX, sunY, height * 0.075, 0, Math.PI * 2);
  pen.fill();

  const hills = 5;
  for (let i = 0; i < hills; i++) {
    const depth = i / (hills - 1);
    pen.fillStyle = `hsl(${172 - depth * 8} ${26 + depth * 34}% ${66 - depth * 46}%)`;
    pen.beginPath();
    pen.moveTo(0, height);
    for (let x = 0; x <= width; x += 4) {
      const t = x / width;
      const y =
        height * (0.5 + depth * 0.3) +
        Math.sin(t * (4.2 + i) + i * 2.1 + shift * 6) * height * 0.055 +
        Math.sin(t * (9 + i * 2) + i + shift * 9) * height * 0.016;
      pen.lineTo(x, y);
    }
    pen.lineTo(width, height);
    pen.fill();
  }

  const blob = await new Promise((done) => canvas.toBlob(done, type));
  return new File([blob], name, { type });
}

/** The same picture with trailing zeros, exactly `size` bytes long. */
export function padded(file, size) {
  const padding = new Uint8Array(Math.max(0, size - file.size));
  return new File([file, padding], file.name, { type: file.type });
}

/** A web page with a picture's name and type, as an attacker might upload it to run a script. */
export function disguisedPage() {
  const page = '<!doctype html><title>Not a picture</title><script>alert("Hello")</script>';
  return new File([page], 'holiday.png', { type: 'image/png' });
}

/** Such a page of exactly `size` bytes, which a signed PUT requires. */
export function disguisedPageOf(size) {
  const page = disguisedPage();
  return new File([page, ' '.repeat(size - page.size)], page.name, { type: page.type });
}
