# Səhifələrin mətnləri. Üç dilin faylında eyni adlar durur; bunu test yoxlayır.

# Hər səhifədə
skip-to-content = Əsas mətnə keç
nav-label = Əsas səhifələr
nav-home = Arayış al
nav-verify = Arayışı yoxla
nav-mine = Arayışlarım
nav-sign-out = Çıxış
languages-label = Dil
trust-host = Yalnız { $host } ünvanına etibar edin.
demonstration-mark = SINAQ – HÜQUQİ QÜVVƏSİ YOXDUR
demonstration-note = Burada bütün adamlar, qurumlar və məlumatlar uydurmadır.
baku-time = Bakı vaxtı

# Yoxlama səhifəsi
verify-title = Arayışı yoxlayın
verify-lead = Arayışın həqiqi olub-olmadığını və qüvvədə qalıb-qalmadığını hər kəs yoxlaya bilər.
verify-typed-label = Nömrə, yoxlama kodu və ya QR‑ın mətni
verify-typed-help = Nömrə və kod birinci səhifənin altında yazılıb. Böyük-kiçik hərfin və tirelərin fərqi yoxdur.
verify-typed-button = Yoxla
verify-file-label = PDF faylı və ya şəkil
verify-file-help = Ən güclü yoxlama: sizə göndərilən PDF faylının özüdür. Şəklin (PNG, JPEG) və ya skanın yalnız QR kodu yoxlanılır. Ən çoxu { $megabytes } MB.
verify-file-drop = Faylı bura da ata bilərsiniz.
verify-file-choose = Faylı seçin
verify-file-button = Faylı yoxla
verify-qr-title = Telefonun öz kamerası ilə
verify-qr-text = Telefonun kamerası QR koddan bu səhifəni özü açır və kod yoxlanılır. Səhifənin ünvanı { $host } olmalıdır.
verify-receipt = Sizə yoxlama protokolu verilib? Onu burada yoxlayın.
verify-what-title = Hansı yoxlama nəyi göstərir?
verify-what-file = Fayl: bu faylın məhz bizim verdiyimiz fayl olduğunu sübut edir və məlumatı göstərir.
verify-what-code = Kod və ya QR: arayışın verildiyini və nə yazıldığını göstərir. Kağızı ekranla özünüz tutuşdurursunuz.
verify-what-number = Nömrə: yalnız qüvvədə olub-olmadığını göstərir.
verify-what-seen = Məlumat göstərilən hər yoxlamanı arayış sahibi görür.

# Yazılanda səhvlər
hint-mistyped = Kod səhv yazılıb: bir işarə düz gəlmir və ya iki işarənin yeri dəyişib. Kağızla tutuşdurub düzəldin.
hint-nothing = Bu nə nömrə, nə yoxlama kodu, nə də QR‑ın mətnidir. Nömrə belə olur: 2026-7KQ3-M9XD, kod isə 16 işarədir: XXXX-XXXX-XXXX-XXXX.
hint-empty = Nömrəni və ya kodu yazın.
hint-no-file = Əvvəlcə PDF faylını və ya şəkli seçin.
hint-one-file = Faylları bir-bir yoxlayın: hər dəfə bir fayl verin.
hint-too-large = Fayl çox böyükdür: ən çoxu { $megabytes } MB ola bilər. Arayışlar bundan xeyli kiçikdir.
hint-title-prefix = Səhv:

# Nəticə
verdict-title = Yoxlamanın nəticəsi
verdict-certificate = Arayış
verdict-issuer = Arayışı verən qurum
verdict-number = Arayışın nömrəsi
verdict-issued = Verilib
verdict-valid-until = Etibarlıdır (bu gün daxil)
verdict-no-term = müddətsiz
verdict-status = Qüvvəsi
verdict-status-since = { $status }, { $date } tarixindən
verdict-reason = Səbəb
verdict-superseded-by = Yenisinin nömrəsi
verdict-verified-at = Yoxlama vaxtı
verdict-facts = Arayışda yazılanlar
verdict-compare = Hər sətri kağızla tutuşdurun. Kağızdakı sıra və mətn belədir.
verdict-facts-closed = Bu yoxlama növü məlumatı göstərmir. Məlumatı görmək üçün kodla və ya faylla yoxlayın.
verdict-code-closed = Arayışın məlumatı artıq kodla açılmır. Faylın özünü yoxlayın.
verdict-show-facts = Məlumatı göstər
verdict-show-facts-help = Fayl brauzerinizdən çıxmayıb, yalnız onun izi (SHA-256) soruşulub. Məlumatı görmək üçün fayl göndəriləcək; arayış sahibi bunu görəcək.
verdict-on-paper = kağızda
verdict-again = Başqa arayışı yoxla
verdict-retry = Yenidən yoxla
verdict-altered-qr = Sənəddəki QR kodu kamera ilə oxudun və ya kodu aşağıda yazın: arayışda əslində nə yazıldığını görəcəksiniz.
verdict-unknown-help = Kodu kağızdan yenidən yazın. Nəticə dəyişməsə, kağıza əsasən qəbul etməyin: faylın özünü istəyin və onu yoxlayın.
verdict-foreign-host = QR kod başqa ünvana aparır. Yalnız { $host } ünvanına etibar edin.
verdict-demonstration = Bu arayış sınaq üçündür və hüquqi qüvvəsi yoxdur.

# Yoxlamalar və protokol
checks-title = Yoxlamalar
checks-passed = uyğundur
checks-failed = uyğun deyil
checks-not-done = aparılmayıb
checks-count = { $passed } uyğundur, { $failed } uyğun deyil, { $not_done } aparılmayıb
receipt-title = Yoxlama protokolu
receipt-help = Nəticəni imzamızla təsdiq edir. Saxlasanız, illər sonra da yoxlanıla bilər.
receipt-label = Protokolun mətni (JWS)
receipt-download = Protokolu yüklə
receipt-open = Protokolu aç və çap et
receipt-id = Yoxlamanın nömrəsi
receipt-none = Yoxlama tamamlanmadığı üçün protokol yoxdur.

# Skriptin dedikləri
script-hashing = Fayl brauzerinizdə oxunur…
script-reading-picture = Şəkildə QR kod axtarılır…
script-asking = Faylın izi soruşulur…
script-uploading = Fayl araşdırılmaq üçün göndərilir…
script-checking-code = Kod yoxlanılır…
script-failed = Xidmətlə əlaqə alınmadı. İnterneti yoxlayıb təkrar edin.
script-done = Yoxlama bitdi.
signed-title = QR‑ın imzalı hissəsi
signed-genuine = İmza həqiqidir: bu məlumatı biz imzalamışıq. Bunu brauzeriniz özü yoxladı.
signed-forged = İmza bizim deyil. Bu QR koda etibar etməyin.
signed-unknown-key = İmza açarı bizim açarlar arasında yoxdur. Bu QR koda etibar etməyin.
signed-revoked-key = İmza açarı ləğv edilib. Bu QR koda etibar etməyin.
signed-foreign = QR kod başqa ünvana aparır. Ona etibar etməyin.
signed-future = QR kodun tarixi bu cihazın saatından irəlidədir. Saatı düzəldin.
signed-unable = Brauzeriniz imzanı özü yoxlaya bilmir; onu xidmət yoxlayır.
signed-garbled = QR‑ın imzalı hissəsi oxunmadı.
signed-issuer = İmzalayan
signed-as-of = Məlumatın tarixi

# Yoxlama protokolunun səhifəsi
receipt-page-title = Yoxlama protokolunu yoxlayın
receipt-page-lead = Protokolun mətnini bura qoyun: onu bizim imzaladığımızı, dəyişdirilmədiyini və nəticəsini görəcəksiniz.
receipt-field-help = Çap olunmuş protokolun sonunda yazılıb, faylında isə bütöv durur. Sətirlərə bölünməsi mane olmur.
receipt-file = və ya protokolun faylı (.jws)
receipt-check = Protokolu yoxla
receipt-checking = Protokol yoxlanılır…
receipt-not-text = Bu fayl protokol deyil: protokol qısa mətn faylıdır.
receipt-holds = Protokol həqiqidir.
receipt-holds-help = Onu biz imzalamışıq və sonra dəyişdirilməyib. Nəticə yoxlama vaxtına aiddir: indiki vəziyyət üçün arayışı yenidən yoxlayın.
receipt-refused = Protokol qəbul edilmir.
receipt-print = Çap et
receipt-another = Başqa protokolu yoxla
protocol-genuine = həqiqidir və qüvvədədir
protocol-verdict = Nəticə
protocol-basis = Nə ilə yoxlanılıb
protocol-asker = Yoxlamanı istəyən təşkilat
protocol-sha256 = Faylın izi (SHA-256)
protocol-issuer = Yoxlayan xidmət
protocol-key = İmza açarı
protocol-key-until = { $date } tarixinədək imzalayır
protocol-key-retired = { $date } tarixində istifadədən çıxarılıb, imzaları qüvvədədir
protocol-log = Açıq jurnal: adı, yazıların sayı, kökü
protocol-origin = Protokolun mənşəyi
protocol-again = Protokolu istənilən vaxt yoxlamaq üçün bu mətni səhifəyə qoyun:
protocol-note-file = Təqdim olunan fayl verdiyimiz faylın eynisi idi.
protocol-note-code = Belə arayış verilmişdi və qüvvədə idi. Kağızın özünü bu yoxlama sübut etmir: onu məlumatla yoxlayan tutuşdurur.
protocol-note-number = Yalnız nömrə yoxlanılıb; heç bir sənəd yoxlanılmayıb.
protocol-note-other = Bu nəticə ilə sənəd qəbul edilmir.

# Kamera
camera-open = QR kodu kamera ilə oxu
camera-title = Kameranı QR koda tutun
camera-picture = Kameranın görüntüsü
camera-close = Kameranı bağla
camera-opening = Kamera açılır… Brauzer soruşsa, icazə verin.
camera-point = QR kod birinci səhifənin altında, sağdadır. Bütöv görünsün.
camera-other = Bu, arayışın QR kodu deyil. Arayışın birinci səhifəsindəki kodu göstərin.
camera-several = Görüntüdə bir neçə arayışın QR kodu var. Onları bir-bir göstərin.
camera-closer = Kod hələ oxunmayıb. Kağızı düz və işıqlı yerə qoyun, kameranı yaxınlaşdırın. Alınmasa, kameranı bağlayıb kodu yazın.
camera-refused = Kameraya icazə verilməyib. Brauzerin ayarlarında bu səhifəyə icazə verin və ya kodu yazın.
camera-insecure = Bu ünvanda brauzer kameranı açmır. Səhifəni https:// ilə açın və ya kodu yazın.
camera-none = Bu cihazda kamera tapılmadı. Kodu yazın və ya QR‑ın şəklini fayl kimi seçin.
camera-taken = Kameranı başqa proqram işlədir. Onu bağlayıb təkrar edin və ya kodu yazın.
camera-failed = Kamera açılmadı. Kodu yazın və ya QR‑ın şəklini fayl kimi seçin.
camera-outdated = Kamera üçün lazım olan hissə yüklənmədi. İnterneti yoxlayıb səhifəni yeniləyin və ya kodu yazın.

# İnternetsiz yoxlama
offline-note = İnternet yoxdur. Yalnız QR kod yoxlanıla bilər: bunu brauzeriniz özü edir.
offline-mark = İNTERNETSİZ YOXLANILIB
offline-how = Xidmət cavab vermədi, yoxlamanı brauzeriniz özü apardı. Belə yoxlamanın protokolu yoxdur.
offline-keys = Açarlarımız { $date } tarixində alınıb (Bakı vaxtı).
offline-list = Vəziyyət siyahısı { $date } tarixində imzalanıb (Bakı vaxtı).
offline-no-list = Bu arayışın vəziyyət siyahısı bu cihazda yoxdur: ləğv edilib-edilmədiyi bilinmir.
offline-facts = QR kodda imzalanmış məlumat
offline-compare = Hər sətri kağızla tutuşdurun. Kağızda bundan artıq yazılanları QR kod təsdiq etmir.
offline-in-force = İmza bizimdir; { $date } tarixinə olan vəziyyətə görə qüvvədədir.
offline-in-force-advice = Sənədi aşağıdakı məlumatla tutuşdurun; fərq varsa, qəbul etməyin. İnternet olanda yenidən yoxlayın.
offline-unknown = İmza bizimdir, qüvvədə olub-olmadığı bilinmir.
offline-unknown-advice = Yalnız buna görə qərar verməyin: internet olanda yenidən yoxlayın.
offline-old = İmza bizimdir; vəziyyəti son dəfə { $date } tarixində məlum idi.
offline-old-advice = Bu məlumat köhnədir. Qərar verməyin, internet olanda yenidən yoxlayın.
offline-revoked = Arayış ləğv edilib ({ $date } tarixli siyahıya görə).
offline-revoked-advice = Qəbul etməyin.
offline-superseded = Arayış yenisi ilə əvəz edilib ({ $date } tarixli siyahıya görə).
offline-superseded-advice = Yenisini istəyin.
offline-suspended = Arayışın qüvvəsi dayandırılıb ({ $date } tarixli siyahıya görə).
offline-suspended-advice = Hələlik qəbul etməyin.
offline-expired = Arayışın müddəti { $day } tarixində bitib.
offline-expired-advice = Yenisini istəyin.
offline-forged = QR kodun imzası bizim deyil.
offline-forged-advice = Qəbul etməyin.
offline-unknown-key = QR kodu imzalayan açar bu cihazda tanınmır.
offline-unknown-key-advice = Qəbul etməyin; internet olanda yenidən yoxlayın.
offline-revoked-key = QR kodun imza açarı ləğv edilib.
offline-revoked-key-advice = Qəbul etməyin.
offline-foreign = QR kod başqa ünvana aparır.
offline-foreign-advice = Qəbul etməyin. Yalnız { $host } ünvanına etibar edin.
offline-future = QR kodun və ya ona aid məlumatın tarixi hələ gəlməyib; sənəd yoxlanılmayıb.
offline-future-advice = Cihazın tarix və saatını düzəldib təkrar edin.
offline-garbled = QR kod oxunmadı; sənəd yoxlanılmayıb.
offline-garbled-advice = Kodu yenidən skan edin.
offline-unable = Xidmətlə əlaqə yoxdur; sənəd yoxlanılmayıb.
offline-unable-advice = Bu cihazda açarlarımız yoxdur və ya brauzer imzanı yoxlaya bilmir. İnternet olanda təkrar edin.
offline-no-token = Xidmətlə əlaqə yoxdur; sənəd yoxlanılmayıb.
offline-no-token-advice = İnternetsiz yalnız QR kod yoxlanılır, yazılan kod və nömrə yox. QR kodu skan edin və ya internet olanda təkrar edin.

# Sınağın birinci səhifəsi
home-title = Elektron arayış: sınaq
home-lead = Arayışı necə almağı, göndərməyi və yoxlamağı burada sınayın. Heç bir həqiqi adam, qurum və məlumat yoxdur.
home-step-take = Uydurma vətəndaş kimi daxil olun və arayış alın.
home-step-send = PDF faylını bank kimi qəbul edin.
home-step-verify = Faylı, kodu və ya QR‑ı yoxlayın.
home-people-title = Kim kimi daxil olursunuz?
home-people-help = Sınaqda parol yoxdur. Həqiqi xidmətdə vətəndaş öz elektron imzası ilə daxil olur.
home-people-none = Sınağın reyestrində hələ heç kim yoxdur.
home-catalogue-title = Hansı arayış lazımdır?
home-take = Al
home-needs-approval = Qurumun təsdiqi lazımdır: { $days } iş günü
home-valid-days = { $days } gün etibarlıdır
home-valid-always = müddətsizdir
home-mine = Aldığınız arayışlar: { $count }
home-sign-in-title = Əvvəlcə daxil olun
home-sign-in-help = Bu səhifəni görmək üçün vətəndaş kimi daxil olun. Sessiya 30 dəqiqədən sonra bitir.

# Arayış alma
take-preview = Reyestr sizin haqqınızda belə deyir
take-preview-help = Bu hələ arayış deyil. Səhv görsəniz, almayın: məlumatı { $issuer } düzəldir.
take-purpose = Nə üçün lazımdır?
take-recipient = Kimə təqdim edəcəksiniz?
take-recipient-any = Tələb olunan yerə
take-recipient-named = Konkret təşkilata
take-recipient-name = Təşkilatın adı
take-recipient-voen = Təşkilatın VÖEN‑i (istəyə görə)
take-button = Arayışı al
take-once = Düyməni iki dəfə bassanız da, bir arayış verilir.
take-back = Başqa arayış seç
take-refused = Arayış verilmədi
take-needs-approval = Təsdiq lazımdır
take-needs-approval-help = Bu sınaqda qurumlar hələ sorğuları təsdiqləmir. Dərhal verilən arayışlardan birini seçin.
take-refused-shown = Reyestrdəki məlumat
take-recipient-missing = Təşkilatın adını yazın və ya “Tələb olunan yerə” seçin.
take-recipient-long = Təşkilatın adı ən çoxu 200 işarə ola bilər.
take-recipient-voen-wrong = VÖEN 10 rəqəmdir; yazdığınız VÖEN düz deyil. Yoxlayıb düzəldin və ya boş saxlayın.

# Arayışın səhifəsi
certificate-number = Arayışın nömrəsi
certificate-code = Yoxlama kodu
certificate-code-help = Kodu bilən hər kəs arayışdakı məlumatı görə bilər.
certificate-issued = Verilib
certificate-valid-until = Etibarlıdır (bu gün daxil)
certificate-open = PDF‑i aç
certificate-download = PDF‑i yüklə
certificate-send = Şəkil yox, faylın özünü göndərin.
certificate-how-title = Bank arayışı necə yoxlayacaq?
certificate-how-file = Göndərdiyiniz faylı { $host }/v səhifəsinə qoyur: fayl həqiqidirsə, yaşıl nəticə alır.
certificate-how-paper = Kağızdırsa, QR‑ı oxuyur və ya kodu yazır, sonra kağızı ekranla tutuşdurur.
certificate-how-try = İndi özünüz yoxlayın
certificate-facts = Arayışda yazılanlar
certificate-looks = Kim baxıb?
certificate-looks-none = Məlumata hələ heç kim baxmayıb.
certificate-looks-offline = İnternetsiz yoxlamalar burada görünmür: QR‑ı bizdən soruşmadan da yoxlamaq olar.
certificate-looks-when = Vaxt (Bakı)
certificate-looks-basis = Nə ilə
certificate-looks-who = Təşkilat
certificate-looks-unnamed = adını deməyib
certificate-basis-file = fayl
certificate-basis-qr = QR kod
certificate-basis-code = yoxlama kodu
certificate-basis-number = nömrə
certificate-not-in-force = Bu arayış qüvvədə deyil: { $status }. Onu təqdim etməyin.
certificate-back = Arayışlarım
certificate-erased = Bu arayışın məlumatı silinib.

# Arayışlarım
mine-title = Arayışlarım
mine-none-title = Hələ arayışınız yoxdur
mine-none = Aldığınız hər arayış burada qalır: faylı, vəziyyəti və ona kimin baxdığı.
mine-take = Arayış al
mine-issued = Verilib
mine-until = Etibarlıdır

# Vəziyyətlər
status-valid = qüvvədədir
status-suspended = dayandırılıb
status-revoked = ləğv edilib
status-superseded = yenisi ilə əvəz edilib
status-expired = müddəti bitib
status-altered = verdiyimiz fayl və ya QR kod deyil
status-unknown = belə arayış tapılmayıb
status-unreadable = oxunmayıb, yoxlanılmayıb
status-indeterminate = yoxlama tamamlanmayıb

# Arayış sahibi
holder-name = Arayış sahibi
holder-fin = FİN
holder-birth-date = Doğum tarixi
holder-purpose = Məqsəd
holder-recipient = Kimə
holder-recipient-any = Tələb olunan yerə təqdim edilmək üçün
holder-registry-ref = Reyestrdəki nömrəsi

# Səhvlər
fault-request = Sorğunun nömrəsi: { $id }
fault-home = Əvvələ qayıt
fault-verify = Arayışı yoxla
fault-404-title = Belə səhifə yoxdur
fault-404 = Ünvan səhv yazılıb və ya bu sizin üçün deyil.
fault-403-title = Bu sorğu qəbul edilmədi
fault-403 = Forma başqa saytdan göndərilib. Səhifəni bu saytda açıb təkrar edin.
fault-unwelcome-title = Təşkilatınızın sertifikatı və ya tokeni qəbul edilmədi
fault-unwelcome = Heç nə yoxlanılmadı. Təşkilatınızda bu sertifikata cavabdeh olan şəxsə bildirin; öz adınızdan yoxlamaq üçün səhifəni sertifikatsız açın.
fault-405-title = Bu səhifə belə açılmır
fault-405 = Əvvələ qayıdıb formadan keçin.
fault-413-title = Göndərilən çox böyükdür
fault-413 = Fayl ən çoxu { $megabytes } MB ola bilər. Arayışlar bundan xeyli kiçikdir.
fault-400-title = Sorğu oxunmadı
fault-400 = Formanı yenidən doldurub göndərin.
fault-429-title = Çox sorğu göndərilib
fault-429 = Qısa müddətdə çox sorğu gəlib. { $seconds } saniyədən sonra təkrar edin. Tez-tez yoxlayan təşkilat API ilə öz adından soruşa bilər.
fault-503-title = Xidmət indi çox məşğuldur
fault-503 = Bir neçə saniyədən sonra təkrar edin.
fault-500-title = Bizdə nasazlıq oldu
fault-500 = Heç nə itməyib. Bir azdan təkrar edin; bizə yazsanız, sorğunun nömrəsini göstərin.

# For developers and the sandbox
nav-developers = Proqramçılar üçün
sandbox-title = Sınaq nümunələri
sandbox-lead = Yoxlamanın hər nəticəsi üçün nümunə; yalnız indeterminate yoxdur, o, ancaq nasazlıqda olur. Adamlar və faktlar uydurmadır: kodları istədiyiniz kimi işlədin.
sandbox-json = Eyni siyahı JSON kimi
sandbox-verdict = Gözlənilən nəticə
sandbox-problem = Gözlənilən xəta
sandbox-file = Fayl
sandbox-qr = QR kodun mətni
sandbox-try = Yoxlayın
developers-title = API sənədləri
developers-lead = Arayışı sistemdən sistemə yoxlamaq üçün nə lazımdırsa, buradadır. Təsvirlər ingiliscədir.
developers-guide = Bələdçi: on dəqiqəyə ilk yoxlama
developers-openapi = OpenAPI 3.1 təsviri
developers-contents = Mündəricat
developers-verdicts = Nəticələr
developers-verdicts-help = Sənədi yalnız nəticə valid, əsas (basis) file olanda həqiqi sayın. Əsas qr və ya code olanda məlumatı sənədlə tutuşdurun; number sənəd haqqında heç nə sübut etmir. indeterminate olanda qərar verməyin, yenidən soruşun; qalan hər şeydə qəbul etməyin. HTTP statusu 200-dür, indeterminate üçün 503.
developers-checks = Yoxlamalar
developers-checks-help = Hər cavabda altı yoxlama var; hər birinin nəticəsi və səbəbi bu siyahıdandır.
developers-problems = Xətalar
developers-problems-help = application/problem+json (RFC 9457). Proqram type sahəsinə baxır, insan detail sahəsini oxuyur.
developers-schemas = Obyektlər
developers-parameters = Parametrlər
developers-body = Sorğunun məzmunu
developers-answers = Cavablar
developers-required = mütləq
developers-token = API açarı tələb olunur
developers-call = Çağırış
