//! Reads bodies, which may be chunked and compressed.

use std::io::Read;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, header};
use flate2::read::{MultiGzDecoder, ZlibDecoder};

use crate::reference::answer::Refusal;

/// The largest body in bytes, compressed or decompressed; a phone needs a hundred.
const LONGEST: usize = 1 << 20;

/// Reads a body and decodes it, the last coding first.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Refusal> {
    let mut bytes = to_bytes(body, LONGEST).await.map_err(|_| Refusal::too_large())?;
    let values = headers.get_all(header::CONTENT_ENCODING).iter().map(|value| value.to_str().unwrap_or("?"));
    let codings: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).filter(|coding| !coding.is_empty()).collect();
    for coding in codings.into_iter().rev() {
        bytes = match coding.to_ascii_lowercase().as_str() {
            "identity" => bytes,
            // A client that compresses everything may declare a coding for an empty body too.
            "gzip" | "x-gzip" | "deflate" if bytes.is_empty() => bytes,
            "gzip" | "x-gzip" => unpack(MultiGzDecoder::new(&bytes[..]))?,
            "deflate" => unpack(ZlibDecoder::new(&bytes[..]))?,
            _ => return Err(Refusal::unknown_coding(coding)),
        };
    }
    Ok(bytes)
}

fn unpack(packed: impl Read) -> Result<Bytes, Refusal> {
    let mut bytes = Vec::new();
    let read = packed.take(LONGEST as u64 + 1).read_to_end(&mut bytes);
    match read {
        Ok(length) if length > LONGEST => Err(Refusal::too_large()),
        Ok(_) => Ok(bytes.into()),
        Err(_) => Err(Refusal::gateway("The body is not coded as its Content-Encoding says.")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    async fn sent(codings: &[&str], bytes: Vec<u8>) -> Result<Bytes, u16> {
        let headers = codings.iter().map(|coding| (header::CONTENT_ENCODING, coding.parse().unwrap())).collect();
        read(&headers, Body::from(bytes)).await.map_err(|refusal| refusal.status.as_u16())
    }

    #[tokio::test]
    async fn a_body_is_unpacked() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(b"{}").unwrap();
        let text = Ok(Bytes::from_static(b"{}"));
        assert_eq!(sent(&[], b"{}".to_vec()).await, text);
        assert_eq!(sent(&["identity"], b"{}".to_vec()).await, text);
        assert_eq!(sent(&["GZIP"], gzip(b"{}")).await, text);
        assert_eq!(sent(&["x-gzip"], gzip(b"{}")).await, text);
        assert_eq!(sent(&["deflate"], zlib.finish().unwrap()).await, text);
        assert_eq!(sent(&["gzip, gzip"], gzip(&gzip(b"{}"))).await, text);
        assert_eq!(sent(&["gzip", "identity"], gzip(b"{}")).await, text);
        assert_eq!(sent(&["gzip"], Vec::new()).await, Ok(Bytes::new()));
    }

    #[tokio::test]
    async fn a_body_that_cannot_be_unpacked_is_refused() {
        assert_eq!(sent(&["br"], b"{}".to_vec()).await, Err(415));
        assert_eq!(sent(&["gzip, zstd"], gzip(b"{}")).await, Err(415));
        assert_eq!(sent(&["gzip"], b"{}".to_vec()).await, Err(400));
        assert_eq!(sent(&["gzip"], gzip(b"{}")[..10].to_vec()).await, Err(400));
        assert_eq!(sent(&["gzip"], gzip(&vec![b' '; LONGEST + 1])).await, Err(413));
        assert_eq!(sent(&[], vec![b' '; LONGEST + 1]).await, Err(413));
    }
}
