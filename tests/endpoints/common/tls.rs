//! TLS and a proxy in front of servers that speak plain HTTP.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// An authority that signs certificates.
pub type Authority = CertifiedIssuer<'static, KeyPair>;

/// A certificate and its key.
pub type Pair = (rcgen::Certificate, KeyPair);

/// An authority that no client trusts by default.
pub fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate and key for a host. The certificate has expired if `expired`.
pub fn certificate(authority: &Authority, host: &str, expired: bool) -> Pair {
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    if expired {
        params.not_after = date_time_ymd(2020, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, authority).unwrap(), key)
}

/// Terminates TLS and forwards to a plain server. If `clients_of` is given, a client needs a certificate that this
/// authority signed.
pub fn terminate((certificate, key): &Pair, clients_of: Option<&Authority>, upstream: SocketAddr) -> SocketAddr {
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
    let builder = match clients_of {
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.der().clone()).unwrap();
            builder.with_client_cert_verifier(WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap())
        }
        None => builder.with_no_client_auth(),
    };
    let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
    let config = builder.with_single_cert(chain, PrivateKeyDer::try_from(key.serialize_der()).unwrap()).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream = acceptor.accept(stream).await.ok()?;
            let mut upstream = TcpStream::connect(upstream).await.ok()?;
            upstream.set_nodelay(true).ok()?;
            copy_bidirectional(&mut stream, &mut upstream).await.ok().map(drop)
        }
    })
}

/// A proxy that tunnels every host to one server. Also returns all bytes that pass through it, including what clients
/// send to the proxy itself.
pub fn proxy(upstream: SocketAddr) -> (SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = Arc::clone(&heard);
    let address = serve(move |mut stream| {
        let ears = Arc::clone(&ears);
        async move {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.ok()?);
            }
            ears.lock().unwrap().extend_from_slice(&head);
            if !head.starts_with(b"CONNECT ") {
                return stream.write_all(b"HTTP/1.1 405 Only tunnels\r\nContent-Length: 0\r\n\r\n").await.ok();
            }
            stream.write_all(b"HTTP/1.1 200 Tunnel\r\n\r\n").await.ok()?;
            let mut upstream = TcpStream::connect(upstream).await.ok()?;
            upstream.set_nodelay(true).ok()?;
            let (mut from_client, mut to_client) = stream.split();
            let (mut from_server, mut to_server) = upstream.split();
            let outward = async {
                let mut bytes = [0; 4096];
                loop {
                    let length = from_client.read(&mut bytes).await.ok().filter(|length| *length > 0)?;
                    ears.lock().unwrap().extend_from_slice(&bytes[..length]);
                    to_server.write_all(&bytes[..length]).await.ok()?;
                }
            };
            tokio::select! {
                done = outward => done,
                done = tokio::io::copy(&mut from_server, &mut to_client) => done.ok().map(drop),
            }
        }
    });
    (address, heard)
}

/// Accepts connections while the test runs.
fn serve<F>(talk: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = Option<()>> + Send + 'static,
{
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                tokio::spawn(talk(stream));
            }
        });
    });
    address
}
