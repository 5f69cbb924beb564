//! ESP and AH, as they protect SIP between a phone and its P-CSCF.

use super::noise;

/// ESP with null encryption: the payload is readable, but how long the integrity value is, and
/// whether there is one, shows nowhere in the packet.
pub fn esp_null(
    spi: u32,
    seq: u32,
    next_header: u8,
    payload: impl AsRef<[u8]>,
    icv_len: usize,
) -> Vec<u8> {
    let payload = payload.as_ref();
    let trailer_len = 2;
    let pad_len = (payload.len() + trailer_len).next_multiple_of(4) - payload.len() - trailer_len;
    let padding: Vec<u8> = (1..=pad_len as u8).collect();
    let trailer = [pad_len as u8, next_header];
    [
        &esp_head(spi, seq),
        payload,
        &padding,
        &trailer,
        &noise(u64::from(seq), icv_len),
    ]
    .concat()
}

/// ESP whose `len` bytes after the header cannot be told from noise.
pub fn esp_encrypted(spi: u32, seq: u32, len: usize, seed: u64) -> Vec<u8> {
    [esp_head(spi, seq).to_vec(), noise(seed, len)].concat()
}

fn esp_head(spi: u32, seq: u32) -> [u8; 8] {
    (u64::from(spi) << 32 | u64::from(seq)).to_be_bytes()
}

/// `icv_len` must be a multiple of four (twelve is usual).
pub fn ah(
    next_header: u8,
    spi: u32,
    seq: u32,
    icv_len: usize,
    payload: impl AsRef<[u8]>,
) -> Vec<u8> {
    let words_less_two = ((12 + icv_len) / 4 - 2) as u8;
    let head = [next_header, words_less_two, 0, 0];
    let icv = noise(u64::from(seq), icv_len);
    [&head, &esp_head(spi, seq)[..], &icv, payload.as_ref()].concat()
}
