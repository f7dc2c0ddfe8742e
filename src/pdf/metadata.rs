//! What a file says of itself: XMP with the two conformances it claims, and the information dictionary in step with it.

use crate::certificate::Certificate;
use crate::clock::Instant;

use super::objects::{Number, Objects};

const PRODUCER: &str = concat!("earayis ", env!("CARGO_PKG_VERSION"));

/// `D:20261124033600Z` (ISO 32000-1 §7.9.4).
pub(super) fn pdf_date(instant: Instant) -> String {
    let digits: String = xmp_date(instant).chars().filter(char::is_ascii_digit).collect();
    format!("D:{digits}Z")
}

/// `2026-11-24T03:36:00Z`: whole seconds, so that both forms say the same.
fn xmp_date(instant: Instant) -> String {
    Instant::from_millis(instant.seconds() * 1000).to_string()
}

/// Writes the information dictionary.
pub(super) fn write_information(objects: &mut Objects, number: Number, certificate: &Certificate, title: &str) {
    let date = pdf_date(certificate.issued_at);
    objects.begin(number).text("<</Title").string(title).text("/Author").string(&certificate.kind.issuer.name.az);
    objects.text("/Creator").string(PRODUCER).text("/Producer").string(PRODUCER);
    objects.text("/CreationDate").string(&date).text("/ModDate").string(&date).text(">>").end();
}

/// Writes the XMP packet as a stream that is not compressed, for tools that look for it without reading PDF.
pub(super) fn write_xmp(objects: &mut Objects, number: Number, certificate: &Certificate, title: &str) {
    let date = xmp_date(certificate.issued_at);
    let (title, author) = (escaped(title), escaped(&certificate.kind.issuer.name.az));
    let packet = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <dc:format>application/pdf</dc:format>\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\
         <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>\
         <dc:language><rdf:Bag><rdf:li>az</rdf:li></rdf:Bag></dc:language></rdf:Description>\
         <rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\">\
         <xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool><xmp:CreateDate>{date}</xmp:CreateDate>\
         <xmp:ModifyDate>{date}</xmp:ModifyDate><pdf:Producer>{PRODUCER}</pdf:Producer>\
         <xmpMM:DocumentID>uuid:{id}</xmpMM:DocumentID></rdf:Description>{CONFORMANCE}</rdf:RDF></x:xmpmeta>\
         <?xpacket end=\"w\"?>",
        id = certificate.id
    );
    objects.stream(number, "/Type/Metadata/Subtype/XML", packet.as_bytes());
}

/// PDF/A-3a, PDF/UA-1, and the extension schema by which PDF/A lets a file claim PDF/UA (ISO 19005-3 §6.6.2.3).
const CONFORMANCE: &str = concat!(
    "<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">",
    "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance></rdf:Description>",
    "<rdf:Description rdf:about=\"\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">",
    "<pdfuaid:part>1</pdfuaid:part></rdf:Description>",
    "<rdf:Description rdf:about=\"\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" ",
    "xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" ",
    "xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">",
    "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">",
    "<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>",
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>",
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>",
    "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>part</pdfaProperty:name>",
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType>",
    "<pdfaProperty:category>internal</pdfaProperty:category>",
    "<pdfaProperty:description>PDF/UA part</pdfaProperty:description></rdf:li>",
    "</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>",
);

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_dates_say_the_same_second() {
        let instant = Instant::parse_rfc3339("2026-11-24T03:36:07.250Z").unwrap();
        assert_eq!(xmp_date(instant), "2026-11-24T03:36:07Z");
        assert_eq!(pdf_date(instant), "D:20261124033607Z");
    }

    #[test]
    fn markup_in_a_title_stays_text() {
        assert_eq!(escaped("“A & B” <MMC>"), "“A &amp; B” &lt;MMC&gt;");
    }
}
