// A picture drawn anew: turned as it was held, small enough to be looked at, and without place, time and camera.

const sideMax = 2048;

export interface Copy {
  url: string;
  width: number;
  height: number;
}

/** Null when the browser makes no picture of it. */
export async function cleanCopy(blob: Blob): Promise<Copy | null> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const scale = Math.min(1, sideMax / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  return drawn ? { url: URL.createObjectURL(drawn), width: canvas.width, height: canvas.height } : null;
}

export function sizeInWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Under its id: what the reporter's device called it may be meant to mislead. Only a plain ending is kept. */
export function savedName({ id, name }: { id: string; name: string }): string {
  const ending = /\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1];
  return ending ? `${id}.${ending}` : id;
}
