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
verify-typed-label = Number, verification code or text of the QR code
verify-typed-help = Number and code stand at the foot of the first page. Capitals and hyphens do not matter.
verify-typed-button = Verify
verify-file-label = PDF file or picture
verify-file-help = The strongest check is the PDF file that you were sent. Of a picture (PNG, JPEG) or a scan only the QR code is checked. At most { $megabytes } MB.
verify-file-drop = You can also drop the file here.
verify-file-choose = Choose a file
verify-file-button = Verify the file
verify-qr-title = With the telephone’s own camera
verify-qr-text = A telephone’s camera opens this page from the QR code, and the code is checked. The page’s address must be { $host }.
verify-receipt = Were you given a receipt of a check? Check it here.
verify-what-title = What does each check show?
verify-what-file = File: proves that this is exactly the file we issued, and shows the facts.
verify-what-code = Code or QR: shows that a certificate was issued and what it says. You compare the paper with the screen yourself.
verify-what-number = Number: shows only whether it is in force.
verify-what-seen = The holder sees every check that showed facts.

# Slips of the hand
hint-mistyped = The code is mistyped: one character is wrong, or two have changed places. Compare it with the paper.
hint-nothing = This is neither a number, nor a verification code, nor the text of a QR code. A number looks like 2026-7KQ3-M9XD, a code has 16 characters: XXXX-XXXX-XXXX-XXXX.
hint-empty = Type the number or the code.
hint-no-file = Choose the PDF file or a picture first.
hint-one-file = Give one file at a time.
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
verdict-unknown-help = Type the code from the paper again. If the answer stays the same, do not accept it on the paper: ask for the file itself and check that.
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
receipt-open = Open the receipt to print
receipt-id = Number of this check
receipt-none = There is no receipt, because the check was not completed.

# What the script says
script-hashing = Reading the file in your browser…
script-reading-picture = Looking for the QR code in the picture…
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
signed-foreign = The QR code leads to another address. Do not trust it.
signed-future = The QR code is dated later than this device’s clock. Set the clock right.
signed-unable = Your browser cannot check the signature itself; the service checks it.
signed-garbled = The signed part of the QR code could not be read.
signed-issuer = Signed by
signed-as-of = Facts as of

# The page of a receipt
receipt-page-title = Check a receipt
receipt-page-lead = Put the text of the receipt here: you will see that we signed it, that nobody changed it, and what it states.
receipt-field-help = It stands at the end of a printed receipt, and whole in its file. Broken lines do no harm.
receipt-file = or the receipt’s file (.jws)
receipt-check = Check the receipt
receipt-checking = Checking the receipt…
receipt-not-text = This file is no receipt: a receipt is a short file of text.
receipt-holds = The receipt is genuine.
receipt-holds-help = We signed it, and it was not changed since. The result is that of the time of the check: for the present, verify the certificate again.
receipt-refused = The receipt is not accepted.
receipt-print = Print
receipt-another = Check another receipt
protocol-genuine = genuine and in force
protocol-verdict = Result
protocol-basis = Checked by
protocol-asker = Organisation that asked
protocol-sha256 = Fingerprint of the file (SHA-256)
protocol-issuer = Service that checked
protocol-key = Signing key
protocol-key-until = signs until { $date }
protocol-key-retired = retired on { $date }; what it signed stays good
protocol-log = Transparency log: name, entries, root
protocol-origin = Where the receipt comes from
protocol-again = To check the receipt at any time, put this text into the page
protocol-note-file = The file that was presented was exactly the file we issued.
protocol-note-code = Such a certificate was issued and in force. This check does not prove the paper: whoever verifies compares it with the facts.
protocol-note-number = Only a number was checked, and no document.
protocol-note-other = With this result a document is not accepted.

# The camera
camera-open = Scan the QR code
camera-title = Point the camera at the QR code
camera-picture = What the camera sees
camera-close = Close the camera
camera-opening = Opening the camera… If the browser asks, permit it.
camera-point = The QR code stands at the foot of the first page, at the right. Show all of it.
camera-other = This is not the QR code of a certificate. Show the code on the certificate’s first page.
camera-several = The QR codes of several certificates are in view. Show one at a time.
camera-closer = Nothing was read yet. Lay the paper flat, in good light, and bring the camera nearer. If it does not help, close the camera and type the code.
camera-refused = The camera is not permitted. Permit it for this page in the browser’s settings, or type the code.
camera-insecure = At this address the browser opens no camera. Open the page with https://, or type the code.
camera-none = No camera was found on this device. Type the code, or choose a picture of the QR code as a file.
camera-taken = Another program uses the camera. Close it and try again, or type the code.
camera-failed = The camera could not be opened. Type the code, or choose a picture of the QR code as a file.
camera-outdated = What the camera needs could not be loaded. Check your connection and reload the page, or type the code.

# Checked offline
offline-note = There is no connection. Only a QR code can be checked: your browser does it by itself.
offline-mark = CHECKED OFFLINE
offline-how = The service did not answer, and your browser checked by itself. Such a check has no receipt.
offline-keys = Our keys were fetched on { $date } (Baku time).
offline-list = The status list was signed on { $date } (Baku time).
offline-no-list = The status list of this certificate is not on this device: whether it was revoked is not known.
offline-facts = What the QR code says, signed
offline-compare = Compare every line with the paper. Whatever else the paper says, the QR code does not confirm.
offline-in-force = Signed by us; in force as of { $date }.
offline-in-force-advice = Compare the document with the facts below; if anything differs, do not accept it. Check again when you are connected.
offline-unknown = Signed by us; whether it is in force is not known.
offline-unknown-advice = Do not decide on this alone: check again when you are connected.
offline-old = Signed by us; its status was last known on { $date }.
offline-old-advice = That is too long ago. Do not decide yet; check again when you are connected.
offline-revoked = Revoked, by the list of { $date }.
offline-revoked-advice = Do not accept it.
offline-superseded = Replaced by a new one, by the list of { $date }.
offline-superseded-advice = Ask for the new one.
offline-suspended = Suspended, by the list of { $date }.
offline-suspended-advice = Do not accept it for now.
offline-expired = Expired on { $day }.
offline-expired-advice = Ask for a new one.
offline-forged = The QR code is not signed by us.
offline-forged-advice = Do not accept it.
offline-unknown-key = The key that signed the QR code is not known on this device.
offline-unknown-key-advice = Do not accept it; check again when you are connected.
offline-revoked-key = The key that signed the QR code was revoked.
offline-revoked-key-advice = Do not accept it.
offline-foreign = The QR code leads to another address.
offline-foreign-advice = Do not accept it. Trust only { $host }.
offline-future = The QR code, or what is known of it here, is dated in the future; nothing was checked.
offline-future-advice = Set this device’s date and time right and try again.
offline-garbled = The QR code could not be read; nothing was checked.
offline-garbled-advice = Scan it again.
offline-unable = The service cannot be reached; nothing was checked.
offline-unable-advice = This device does not have our keys, or its browser cannot check signatures. Try again when you are connected.
offline-no-token = The service cannot be reached; nothing was checked.
offline-no-token-advice = Without a connection only a QR code can be checked, not a typed code or number. Scan the QR code, or try again when you are connected.

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
status-altered = not the file or QR code we issued
status-unknown = no such certificate found
status-unreadable = could not be read, nothing was checked
status-indeterminate = the check was not completed

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
fault-unwelcome-title = Your organisation's certificate or token was not accepted
fault-unwelcome = Nothing was checked. Tell whoever answers for it in your organisation; to check without its name, open the page without the certificate.
fault-405-title = This page does not open like this
fault-405 = Go back to the start and use the form.
fault-413-title = What you sent is too large
fault-413 = A file may have at most { $megabytes } MB. Certificates are much smaller.
fault-400-title = The request could not be read
fault-400 = Fill in the form again and send it.
fault-429-title = Too many look-ups
fault-429 = Too many look-ups were sent. Try again in { $seconds } seconds. An organisation that checks often can ask by the API in its own name.
fault-503-title = The service is very busy now
fault-503 = Try again in a few seconds.
fault-500-title = Something failed on our side
fault-500 = Nothing was lost. Try again in a while; if you write to us, give the number of the request.

# For developers and the sandbox
nav-developers = For developers
sandbox-title = Samples to try
sandbox-lead = A sample for every verdict except indeterminate, which only a fault brings about. People and facts are invented: use the codes as you like.
sandbox-json = The same list as JSON
sandbox-verdict = Expected verdict
sandbox-problem = Expected problem
sandbox-file = File
sandbox-qr = Text of the QR code
sandbox-try = Verify
developers-title = API documentation
developers-lead = Everything it takes to verify certificates from system to system.
developers-guide = Guide: the first verification in ten minutes
developers-openapi = OpenAPI 3.1 description
developers-contents = Contents
developers-verdicts = Verdicts
developers-verdicts-help = A document is genuine only by valid with the basis file. By qr or code compare the facts with it; a number proves nothing of a document. By indeterminate decide nothing and ask again; by anything else do not accept it. The HTTP status is 200, and 503 for indeterminate.
developers-checks = Checks
developers-checks-help = Each answer has six checks; the result and the reason of each come from this list.
developers-problems = Problems
developers-problems-help = application/problem+json (RFC 9457). Programs look at type, people read detail.
developers-schemas = Objects
developers-parameters = Parameters
developers-body = Body
developers-answers = Answers
developers-required = required
developers-token = needs an API token
developers-call = Call
