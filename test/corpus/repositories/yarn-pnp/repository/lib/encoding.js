function encode(value) {
  return encodeURIComponent(JSON.stringify(value));
}

function decode(text) {
  try {
    return JSON.parse(decodeURIComponent(text));
  } catch {
    return null;
  }
}

module.exports = { encode, decode };
