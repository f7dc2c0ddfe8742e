# The texts of the pages. All three languages hold the same names; a test checks it.

# On each page
skip-to-content = Skip to the content
nav-label = Main pages
nav-home = Take
nav-verify = Verify
nav-mine = My certificates
nav-sign-out = Sign out
languages-label = Language
trust-host = Trust only { $host }.
demonstration-mark = DEMONSTRATION – NO LEGAL FORCE
demonstration-note = Every person, agency and fact here is invented.
baku-time = Baku time

# The verification page
verify-title = Verify a certificate
verify-lead = Anyone can check whether a certificate is genuine and still in force.
verify-typed-title = By number or code
verify-typed-label = Number, verification code or text of the QR code
verify-typed-help = Both stand at the foot of the first page. Capitals and hyphens do not matter.
verify-typed-button = Verify
verify-file-title = By the file itself
verify-file-label = PDF file
verify-file-help = The strongest check: the PDF file that you were sent, not a picture of it. At most { $megabytes } MB.
verify-file-drop = You can also drop the file here.
verify-file-choose = Choose a file
verify-file-button = Verify the file
verify-qr-title = Scan the QR code with a camera
verify-qr-text = A telephone’s camera opens this page, which then checks the code. The page’s address must be { $host }.
verify-what-title = What does each check show?
verify-what-file = File: proves that this is exactly the file we issued, and shows the facts.
verify-what-code = Code or QR: shows that a certificate was issued and what it says. You compare the paper with the screen yourself.
verify-what-number = Number: shows only whether it is in force.
verify-what-seen = The holder sees every check that showed facts.

# Slips of the hand
hint-mistyped = The code is mistyped: one character is wrong, or two have changed places. Compare it with the paper.
hint-nothing = This is neither a number, nor a verification code, nor the text of a QR code. A number looks like 2026-7KQ3-M9XD, a code has 16 characters: XXXX-XXXX-XXXX-XXXX.
hint-empty = Type the number or the code.
hint-no-file = Choose the PDF file first.
hint-too-large = The file is too large: at most { $megabytes } MB. Certificates are much smaller.
hint-title-prefix = Error:

# The verdict
verdict-title = Result of the check
verdict-certificate = Certificate
verdict-issuer = Issuing agency
verdict-number = Number
verdict-issued = Issued
verdict-valid-until = Valid through
verdict-no-term = without term
verdict-status = Status
verdict-status-since = { $status } since { $date }
verdict-reason = Reason
verdict-superseded-by = Number of the new one
verdict-verified-at = Checked at
verdict-facts = What the certificate says
verdict-compare = Compare every line with the paper. The paper has this order and these words.
verdict-facts-closed = This sort of check shows no facts. To see them, check by the code or the file.
verdict-code-closed = The code of this certificate no longer opens its facts. Check the file itself.
verdict-show-facts = Show the facts
verdict-show-facts-help = The file has not left your browser; only its fingerprint (SHA-256) was asked about. To see the facts the file will be sent; the holder will see that you looked.
verdict-on-paper = on paper
verdict-again = Verify another
verdict-retry = Check again
verdict-altered-qr = Scan the QR code in the document, or type its code below, to see what the certificate really says.
verdict-unknown-help = Type the code from the paper again. If the answer stays the same, the certificate is not ours.
verdict-foreign-host = The QR code leads to another address. Trust only { $host }.
verdict-demonstration = This is a demonstration’s certificate and has no legal force.

# Checks and receipt
checks-title = Checks
checks-passed = passed
checks-failed = failed
checks-not-done = not done
checks-count = { $passed } passed, { $failed } failed, { $not_done } not done
receipt-title = Receipt
receipt-help = Certifies this result with our signature. If you keep it, it can still be checked years later.
receipt-label = Text of the receipt (JWS)
receipt-download = Download the receipt
receipt-id = Number of this check
receipt-none = There is no receipt, because the check was not completed.

# What the script says
script-hashing = Reading the file in your browser…
script-asking = Asking about the file’s fingerprint…
script-uploading = Sending the file to be examined…
script-checking-code = Checking the code…
script-failed = The service could not be reached. Check your connection and try again.
script-done = The check is done.
signed-title = The signed part of the QR code
signed-genuine = The signature is genuine: we signed these facts. Your own browser checked it.
signed-forged = The signature is not ours. Do not trust this QR code.
signed-unknown-key = The signing key is none of ours. Do not trust this QR code.
signed-revoked-key = The signing key was revoked. Do not trust this QR code.
signed-unable = Your browser cannot check the signature itself; the service checks it.
signed-garbled = The signed part of the QR code could not be read.
signed-offline = This checks the signature only: whether the certificate is in force now is not known.
signed-issuer = Signed by
signed-as-of = Facts as of
signed-expires = Valid through

# The demonstration’s first page
home-title = Electronic certificates: a demonstration
home-lead = Try here how a certificate is taken, sent and verified. No real person, agency or fact is involved.
home-step-take = Sign in as an invented citizen and take a certificate.
home-step-send = Receive the PDF file as a bank would.
home-step-verify = Verify the file, the code or the QR.
home-people-title = Who do you sign in as?
home-people-help = The demonstration has no passwords. In a real service a citizen signs in with her electronic signature.
home-people-none = The demonstration’s registry has nobody in it yet.
home-catalogue-title = Which certificate do you need?
home-take = Take
home-needs-approval = Needs the agency’s approval: { $days } { $days ->
    [one] working day
   *[other] working days
}
home-valid-days = Valid for { $days } days
home-valid-always = Without term
home-mine = Your certificates: { $count }
home-sign-in-title = Please sign in first
home-sign-in-help = Sign in as a citizen to see this page. A session ends after 30 minutes.

# Taking a certificate
take-preview = What the registry says about you
take-preview-help = This is not a certificate yet. If something is wrong, do not take it: { $issuer } corrects the record.
take-purpose = What do you need it for?
take-recipient = Who will you give it to?
take-recipient-any = Wherever it is required
take-recipient-named = A particular organisation
take-recipient-name = Name of the organisation
take-recipient-voen = Its VÖEN (optional)
take-button = Take the certificate
take-once = Even if you press twice, one certificate is issued.
take-back = Choose another certificate
take-refused = No certificate was issued
take-needs-approval = Approval is needed
take-needs-approval-help = Agencies do not approve requests in this demonstration yet. Choose one of the certificates that are issued at once.
take-refused-shown = What the registry says
take-recipient-missing = Give the organisation’s name, or choose “Wherever it is required”.
take-recipient-long = The organisation’s name may have at most 200 characters.
take-recipient-voen-wrong = A VÖEN has 10 digits; the one you typed is not right. Correct it or leave it empty.

# A certificate’s page
certificate-number = Number
certificate-code = Verification code
certificate-code-help = Anyone who has the code can see what the certificate says.
certificate-issued = Issued
certificate-valid-until = Valid through
certificate-open = Open the PDF
certificate-download = Download the PDF
certificate-send = Send the file itself, not a picture.
certificate-how-title = How will a bank verify it?
certificate-how-file = It puts the file you sent into { $host }/v: if the file is genuine, the answer is green.
certificate-how-paper = If it has paper, it scans the QR or types the code, then compares the paper with the screen.
certificate-how-try = Verify it yourself now
certificate-facts = What the certificate says
certificate-looks = Who looked?
certificate-looks-none = Nobody has looked at the facts yet.
certificate-looks-offline = Offline checks do not appear here: a QR code can be checked without asking us.
certificate-looks-when = When (Baku)
certificate-looks-basis = By
certificate-looks-who = Organisation
certificate-looks-unnamed = did not say
certificate-basis-file = file
certificate-basis-qr = QR code
certificate-basis-code = verification code
certificate-basis-number = number
certificate-not-in-force = This certificate is not in force: { $status }. Do not present it.
certificate-back = My certificates
certificate-erased = The content of this certificate was erased.

# My certificates
mine-title = My certificates
mine-none-title = You have no certificates yet
mine-none = Each certificate you take stays here: its file, its status and who looked at it.
mine-take = Take a certificate
mine-issued = Issued
mine-until = Valid through

# Statuses
status-valid = in force
status-suspended = suspended
status-revoked = revoked
status-superseded = replaced by a new one
status-expired = expired

# The holder
holder-name = Holder
holder-fin = FİN
holder-birth-date = Date of birth
holder-purpose = Purpose
holder-recipient = For
holder-recipient-any = For presentation where required
holder-registry-ref = Registry’s reference

# Faults
fault-request = Number of the request: { $id }
fault-home = Back to the start
fault-verify = Verify a certificate
fault-404-title = There is no such page
fault-404 = The address is mistyped, or this is not for you.
fault-403-title = The request was not accepted
fault-403 = The form was sent from another site. Open the page on this site and try again.
fault-405-title = This page does not open like this
fault-405 = Go back to the start and use the form.
fault-413-title = What you sent is too large
fault-413 = A file may have at most { $megabytes } MB. Certificates are much smaller.
fault-400-title = The request could not be read
fault-400 = Fill in the form again and send it.
fault-503-title = The service is very busy now
fault-503 = Try again in a few seconds.
fault-500-title = Something failed on our side
fault-500 = Nothing was lost. Try again in a while; if you write to us, give the number of the request.
