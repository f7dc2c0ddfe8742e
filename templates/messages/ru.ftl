# Тексты страниц. Во всех трёх языках одни и те же имена; это проверяет тест.

# На каждой странице
skip-to-content = Перейти к содержанию
nav-label = Основные страницы
nav-home = Получить
nav-verify = Проверить
nav-mine = Мои справки
nav-sign-out = Выйти
languages-label = Язык
trust-host = Доверяйте только адресу { $host }.
demonstration-mark = ДЕМОНСТРАЦИЯ – ЮРИДИЧЕСКОЙ СИЛЫ НЕ ИМЕЕТ
demonstration-note = Все люди, ведомства и сведения здесь вымышлены.
baku-time = бакинское время

# Страница проверки
verify-title = Проверьте справку
verify-lead = Любой может проверить, подлинная ли справка и действует ли она.
verify-typed-label = Номер, код проверки или текст QR-кода
verify-typed-help = Номер и код напечатаны внизу первой страницы. Регистр букв и дефисы не важны.
verify-typed-button = Проверить
verify-file-label = Файл PDF или снимок
verify-file-help = Самая надёжная проверка — присланный вам файл PDF. На снимке (PNG, JPEG) или скане проверяется только QR-код. Не более { $megabytes } МБ.
verify-file-drop = Файл можно перетащить сюда.
verify-file-choose = Выберите файл
verify-file-button = Проверить файл
verify-qr-title = Камерой самого телефона
verify-qr-text = Камера телефона сама открывает эту страницу по QR-коду, и код проверяется. Адрес страницы должен быть { $host }.
verify-receipt = Вам передали протокол проверки? Проверьте его здесь.
verify-what-title = Что показывает каждая проверка?
verify-what-file = Файл: доказывает, что это в точности выданный нами файл, и показывает сведения.
verify-what-code = Код или QR: показывает, что справка выдана и что в ней написано. Бумагу с экраном сверяете вы сами.
verify-what-number = Номер: показывает только, действует ли справка.
verify-what-seen = Владелец справки видит каждую проверку, показавшую сведения.

# Опечатки
hint-mistyped = Код введён с ошибкой: один знак неверен или два знака переставлены. Сверьте его с бумагой.
hint-nothing = Это не номер, не код проверки и не текст QR-кода. Номер выглядит так: 2026-7KQ3-M9XD, код состоит из 16 знаков: XXXX-XXXX-XXXX-XXXX.
hint-empty = Введите номер или код.
hint-no-file = Сначала выберите файл PDF или снимок.
hint-one-file = Проверяйте файлы по одному.
hint-too-large = Файл слишком большой: не более { $megabytes } МБ. Справки гораздо меньше.
hint-title-prefix = Ошибка:

# Результат
verdict-title = Результат проверки
verdict-certificate = Справка
verdict-issuer = Выдавшее ведомство
verdict-number = Номер справки
verdict-issued = Выдана
verdict-valid-until = Действует по (включительно)
verdict-no-term = бессрочно
verdict-status = Действие
verdict-status-since = { $status } с { $date }
verdict-reason = Причина
verdict-superseded-by = Номер новой справки
verdict-verified-at = Время проверки
verdict-facts = Что написано в справке
verdict-compare = Сверьте с бумагой каждую строку. На бумаге тот же порядок и те же слова.
verdict-facts-closed = Такая проверка не показывает сведений. Чтобы увидеть их, проверьте по коду или по файлу.
verdict-code-closed = Код этой справки больше не открывает сведения. Проверьте сам файл.
verdict-show-facts = Показать сведения
verdict-show-facts-help = Файл не покидал вашего браузера, запрошен лишь его отпечаток (SHA-256). Чтобы увидеть сведения, файл будет отправлен; владелец узнает об этом.
verdict-on-paper = на бумаге
verdict-again = Проверить другую
verdict-retry = Проверить ещё раз
verdict-altered-qr = Считайте QR-код в документе или введите его код ниже: вы увидите, что на самом деле написано в справке.
verdict-unknown-help = Введите код с бумаги ещё раз. Если ответ тот же, не принимайте справку по бумаге: попросите сам файл и проверьте его.
verdict-foreign-host = QR-код ведёт на другой адрес. Доверяйте только { $host }.
verdict-demonstration = Это демонстрационная справка, юридической силы она не имеет.

# Проверки и протокол
checks-title = Проверки
checks-passed = пройдена
checks-failed = не пройдена
checks-not-done = не проводилась
checks-count = пройдено: { $passed }, не пройдено: { $failed }, не проводилось: { $not_done }
receipt-title = Протокол проверки
receipt-help = Заверяет результат нашей подписью. Сохранив его, вы сможете проверить его и через годы.
receipt-label = Текст протокола (JWS)
receipt-download = Скачать протокол
receipt-open = Открыть протокол для печати
receipt-id = Номер проверки
receipt-none = Протокола нет, потому что проверка не завершена.

# Что говорит скрипт
script-hashing = Файл читается в вашем браузере…
script-reading-picture = Ищем QR-код на снимке…
script-asking = Запрашивается отпечаток файла…
script-uploading = Файл отправляется на разбор…
script-checking-code = Код проверяется…
script-failed = Нет связи с сервисом. Проверьте интернет и повторите.
script-done = Проверка завершена.
signed-title = Подписанная часть QR-кода
signed-genuine = Подпись подлинная: эти сведения подписали мы. Это проверил сам ваш браузер.
signed-forged = Подпись не наша. Не доверяйте этому QR-коду.
signed-unknown-key = Ключа подписи нет среди наших. Не доверяйте этому QR-коду.
signed-revoked-key = Ключ подписи отозван. Не доверяйте этому QR-коду.
signed-foreign = QR-код ведёт на другой адрес. Не доверяйте ему.
signed-future = Дата QR-кода позже часов этого устройства. Поправьте часы.
signed-unable = Ваш браузер не может проверить подпись сам; её проверяет сервис.
signed-garbled = Подписанную часть QR-кода не удалось прочитать.
signed-issuer = Подписано
signed-as-of = Сведения на

# Страница протокола
receipt-page-title = Проверка протокола
receipt-page-lead = Вставьте сюда текст протокола: вы увидите, что он подписан нами и не изменён, и его результат.
receipt-field-help = Он напечатан в конце бумажного протокола, а в файле стоит целиком. Разбивка на строки не мешает.
receipt-file = или файл протокола (.jws)
receipt-check = Проверить протокол
receipt-checking = Проверяем протокол…
receipt-not-text = Этот файл не протокол: протокол — короткий текстовый файл.
receipt-holds = Протокол подлинный.
receipt-holds-help = Он подписан нами и с тех пор не изменён. Результат относится ко времени проверки: чтобы узнать, что сейчас, проверьте справку снова.
receipt-refused = Протокол не принимается.
receipt-print = Печать
receipt-another = Проверить другой протокол
protocol-genuine = подлинная и действует
protocol-verdict = Результат
protocol-basis = Проверено по
protocol-asker = Организация, запросившая проверку
protocol-sha256 = Отпечаток файла (SHA-256)
protocol-issuer = Сервис проверки
protocol-key = Ключ подписи
protocol-key-until = подписывает до { $date }
protocol-key-retired = выведен { $date }; его подписи остаются в силе
protocol-log = Открытый журнал: имя, записей, корень
protocol-origin = Происхождение протокола
protocol-again = Чтобы проверить протокол в любое время, вставьте этот текст на странице
protocol-note-file = Представленный файл полностью совпадал с выданным.
protocol-note-code = Такая справка была выдана и действовала. Саму бумагу эта проверка не доказывает: её сверяет проверяющий.
protocol-note-number = Проверен только номер; документ не проверялся.
protocol-note-other = С таким результатом документ не принимается.

# Камера
camera-open = Сканировать QR-код
camera-title = Наведите камеру на QR-код
camera-picture = Изображение с камеры
camera-close = Закрыть камеру
camera-opening = Открываем камеру… Если браузер спросит, разрешите.
camera-point = QR-код — внизу первой страницы, справа. Он должен быть виден целиком.
camera-other = Это не QR-код справки. Покажите код на первой странице справки.
camera-several = В кадре QR-коды нескольких справок. Показывайте по одному.
camera-closer = Пока не прочитано. Положите бумагу ровно, при хорошем свете, и поднесите камеру ближе. Если не получится, закройте камеру и введите код.
camera-refused = Камера не разрешена. Разрешите её для этой страницы в настройках браузера или введите код.
camera-insecure = По этому адресу браузер не открывает камеру. Откройте страницу через https:// или введите код.
camera-none = На этом устройстве камера не найдена. Введите код или выберите снимок QR-кода как файл.
camera-taken = Камеру использует другая программа. Закройте её и повторите или введите код.
camera-failed = Камеру открыть не удалось. Введите код или выберите снимок QR-кода как файл.
camera-outdated = Нужное для камеры не загрузилось. Проверьте связь и обновите страницу или введите код.

# Проверка без связи
offline-note = Нет связи. Проверить можно только QR-код: это делает сам браузер.
offline-mark = ПРОВЕРЕНО БЕЗ СВЯЗИ
offline-how = Сервис не ответил, и браузер проверил сам. Протокола у такой проверки нет.
offline-keys = Наши ключи получены { $date } (время Баку).
offline-list = Список состояний подписан { $date } (время Баку).
offline-no-list = Списка состояний этой справки на устройстве нет: аннулирована ли она, неизвестно.
offline-facts = Подписанные сведения QR-кода
offline-compare = Сверьте каждую строку с бумагой. Остального, что есть на бумаге, QR-код не подтверждает.
offline-in-force = Подпись наша; на { $date } справка действует.
offline-in-force-advice = Сверьте документ с данными ниже; при расхождении не принимайте. Проверьте снова, когда будет связь.
offline-unknown = Подпись наша; действует ли справка, неизвестно.
offline-unknown-advice = Не решайте только по этому: проверьте снова, когда будет связь.
offline-old = Подпись наша; состояние известно лишь на { $date }.
offline-old-advice = Это слишком давно. Не принимайте решения, проверьте снова, когда будет связь.
offline-revoked = Справка аннулирована (список от { $date }).
offline-revoked-advice = Не принимайте.
offline-superseded = Справка заменена новой (список от { $date }).
offline-superseded-advice = Попросите новую.
offline-suspended = Действие справки приостановлено (список от { $date }).
offline-suspended-advice = Пока не принимайте.
offline-expired = Срок действия истёк { $day }.
offline-expired-advice = Попросите новую.
offline-forged = Подпись QR-кода не наша.
offline-forged-advice = Не принимайте.
offline-unknown-key = Ключ, которым подписан QR-код, на этом устройстве неизвестен.
offline-unknown-key-advice = Не принимайте; проверьте снова, когда будет связь.
offline-revoked-key = Ключ, которым подписан QR-код, отозван.
offline-revoked-key-advice = Не принимайте.
offline-foreign = QR-код ведёт на другой адрес.
offline-foreign-advice = Не принимайте. Доверяйте только { $host }.
offline-future = Дата QR-кода или сведений о нём ещё не наступила; документ не проверен.
offline-future-advice = Поправьте дату и время устройства и повторите.
offline-garbled = QR-код не прочитан; документ не проверен.
offline-garbled-advice = Сканируйте его ещё раз.
offline-unable = Сервис недоступен; документ не проверен.
offline-unable-advice = На этом устройстве нет наших ключей, или браузер не умеет проверять подписи. Повторите, когда будет связь.
offline-no-token = Сервис недоступен; документ не проверен.
offline-no-token-advice = Без связи проверяется только QR-код, но не введённый код и не номер. Сканируйте QR-код или повторите, когда будет связь.

# Первая страница демонстрации
home-title = Электронные справки: демонстрация
home-lead = Попробуйте, как справку получают, отправляют и проверяют. Здесь нет настоящих людей, ведомств и сведений.
home-step-take = Войдите как вымышленный гражданин и получите справку.
home-step-send = Примите файл PDF, как это сделал бы банк.
home-step-verify = Проверьте файл, код или QR.
home-people-title = От чьего имени вы входите?
home-people-help = В демонстрации нет паролей. В настоящей службе гражданин входит с электронной подписью.
home-people-none = В реестре демонстрации пока никого нет.
home-catalogue-title = Какая справка нужна?
home-take = Получить
home-needs-approval = Нужно одобрение ведомства, рабочих дней: { $days }
home-valid-days = Срок действия, дней: { $days }
home-valid-always = Бессрочная
home-mine = Ваших справок: { $count }
home-sign-in-title = Сначала войдите
home-sign-in-help = Чтобы увидеть эту страницу, войдите как гражданин. Сеанс заканчивается через 30 минут.

# Получение справки
take-preview = Что говорит о вас реестр
take-preview-help = Это ещё не справка. Если есть ошибка, не получайте её: запись исправляет { $issuer }.
take-purpose = Для чего она нужна?
take-recipient = Кому вы её предъявите?
take-recipient-any = По месту требования
take-recipient-named = Определённой организации
take-recipient-name = Название организации
take-recipient-voen = Её VÖEN (необязательно)
take-button = Получить справку
take-once = Даже при двойном нажатии выдаётся одна справка.
take-back = Выбрать другую справку
take-refused = Справка не выдана
take-needs-approval = Нужно одобрение
take-needs-approval-help = В этой демонстрации ведомства пока не одобряют запросы. Выберите одну из справок, которые выдаются сразу.
take-refused-shown = Сведения реестра
take-recipient-missing = Укажите название организации или выберите «По месту требования».
take-recipient-long = Название организации — не более 200 знаков.
take-recipient-voen-wrong = VÖEN состоит из 10 цифр; введённый неверен. Исправьте его или оставьте поле пустым.

# Страница справки
certificate-number = Номер справки
certificate-code = Код проверки
certificate-code-help = Каждый, кто знает код, увидит сведения из справки.
certificate-issued = Выдана
certificate-valid-until = Действует по (включительно)
certificate-open = Открыть PDF
certificate-download = Скачать PDF
certificate-send = Отправляйте сам файл, а не снимок.
certificate-how-title = Как её проверит банк?
certificate-how-file = Он загрузит присланный файл на { $host }/v: если файл подлинный, ответ будет зелёным.
certificate-how-paper = Если у него бумага, он считает QR или введёт код и сверит бумагу с экраном.
certificate-how-try = Проверьте сами
certificate-facts = Что написано в справке
certificate-looks = Кто смотрел?
certificate-looks-none = Сведения пока никто не смотрел.
certificate-looks-offline = Проверки без интернета здесь не видны: QR-код можно проверить, не спрашивая нас.
certificate-looks-when = Когда (Баку)
certificate-looks-basis = По чему
certificate-looks-who = Организация
certificate-looks-unnamed = не назвалась
certificate-basis-file = файл
certificate-basis-qr = QR-код
certificate-basis-code = код проверки
certificate-basis-number = номер
certificate-not-in-force = Эта справка не действует: { $status }. Не предъявляйте её.
certificate-back = Мои справки
certificate-erased = Сведения этой справки удалены.

# Мои справки
mine-title = Мои справки
mine-none-title = У вас пока нет справок
mine-none = Каждая полученная справка остаётся здесь: файл, состояние и кто её смотрел.
mine-take = Получить справку
mine-issued = Выдана
mine-until = Действует по

# Состояния
status-valid = действует
status-suspended = приостановлена
status-revoked = аннулирована
status-superseded = заменена новой
status-expired = срок истёк
status-altered = не выданный нами файл или QR-код
status-unknown = такая справка не найдена
status-unreadable = не прочитано, не проверено
status-indeterminate = проверка не завершена

# Владелец
holder-name = Владелец справки
holder-fin = ФИН (FİN)
holder-birth-date = Дата рождения
holder-purpose = Цель
holder-recipient = Кому
holder-recipient-any = Для предъявления по месту требования
holder-registry-ref = Номер в реестре

# Ошибки
fault-request = Номер запроса: { $id }
fault-home = В начало
fault-verify = Проверить справку
fault-404-title = Такой страницы нет
fault-404 = Адрес введён с ошибкой, или эта страница не для вас.
fault-403-title = Запрос не принят
fault-403 = Форма отправлена с другого сайта. Откройте страницу на этом сайте и повторите.
fault-unwelcome-title = Сертификат или токен вашей организации не принят
fault-unwelcome = Ничего не проверено. Сообщите тому, кто в вашей организации за него отвечает; чтобы проверить не от её имени, откройте страницу без сертификата.
fault-405-title = Эта страница так не открывается
fault-405 = Вернитесь в начало и отправьте форму.
fault-413-title = Отправлено слишком много
fault-413 = Файл может быть не больше { $megabytes } МБ. Справки гораздо меньше.
fault-400-title = Запрос не прочитан
fault-400 = Заполните форму ещё раз и отправьте.
fault-429-title = Слишком много запросов
fault-429 = Пришло слишком много запросов. Повторите через { $seconds } с. Организация, которая проверяет часто, может обращаться через API от своего имени.
fault-503-title = Сервис сейчас очень занят
fault-503 = Повторите через несколько секунд.
fault-500-title = У нас произошёл сбой
fault-500 = Ничего не потеряно. Повторите позже; если напишете нам, укажите номер запроса.

# For developers and the sandbox
nav-developers = Разработчикам
sandbox-title = Образцы для проверки
sandbox-lead = Образец для каждого результата, кроме indeterminate: он бывает только при сбое. Люди и сведения вымышлены: пользуйтесь кодами свободно.
sandbox-json = Тот же список в JSON
sandbox-verdict = Ожидаемый результат
sandbox-problem = Ожидаемая ошибка
sandbox-file = Файл
sandbox-qr = Текст QR-кода
sandbox-try = Проверить
developers-title = Документация API
developers-lead = Всё, что нужно, чтобы проверять справки из системы в систему. Описания — на английском языке.
developers-guide = Руководство: первая проверка за десять минут
developers-openapi = Описание OpenAPI 3.1
developers-contents = Содержание
developers-verdicts = Результаты
developers-verdicts-help = Документ подлинный только при valid с основанием (basis) file. При qr и code сверьте сведения с документом; number о самом документе ничего не доказывает. При indeterminate ничего не решайте и повторите запрос; во всех остальных случаях не принимайте. Статус HTTP — 200, для indeterminate — 503.
developers-checks = Проверки
developers-checks-help = В каждом ответе шесть проверок; результат и причина каждой — из этого списка.
developers-problems = Ошибки
developers-problems-help = application/problem+json (RFC 9457). Программа смотрит на type, человек читает detail.
developers-schemas = Объекты
developers-parameters = Параметры
developers-body = Тело запроса
developers-answers = Ответы
developers-required = обязательно
developers-token = нужен токен API
developers-call = Вызов
